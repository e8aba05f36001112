"""The members of a request's body, taken one by one; what is wrong with any of them is reported together."""

from collections.abc import Mapping, Sequence
from typing import Any

from wildside.domain.errors import Fault
from wildside.inbound.http.bodies import TEXT, escaped, invalid, parsed, raw_body
from wildside.inbound.http.state import ApiRequest

REVISION = 2**31 - 1


async def read_fields(request: ApiRequest) -> "Fields":
    """Read a request's body; what is wrong with its form is told together with what its fields refuse.

    Raises what bodies.raw_body raises, and InvalidRequest where the body is no JSON object.
    """
    return Fields(*parsed(await raw_body(request)))


class Fields:
    """A body whose members are taken by name; null is the same as absent."""

    def __init__(self, body: Mapping[str, Any], faults: Sequence[Fault] = ()) -> None:
        self._left = dict(body)
        self.faults: list[Fault] = list(faults)

    def text(self, name: str, longest: int = TEXT) -> str | None:
        """Take a text of at most `longest` characters."""
        return self._text(f"/{name}", self._left.pop(name, None), longest)

    def texts(self, name: str, most: int, longest: int = 256) -> Sequence[str] | None:
        """Take a list of texts, at most so many, each once."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, list):
            self.refuse(f"/{name}", "wrong_type", "This is to be a list.")
            return None
        if len(value) > most:
            self.refuse(f"/{name}", "too_many", f"This may have {most} members.")
            return None
        seen = set[str]()
        for number, member in enumerate(value):
            where = f"/{name}/{number}"
            if not isinstance(member, str):
                self.refuse(where, "wrong_type", "This is to be a text.")
            elif self._text(where, member, longest) in seen:
                self.refuse(where, "repeated", "This stands twice in the list.")
            else:
                seen.add(member)
        return value if all(isinstance(member, str) for member in value) else None

    def revision(self, name: str = "expectedRevision") -> int | None:
        """Take a revision: a whole number from 1."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= REVISION:
            self.refuse(f"/{name}", "invalid_number", f"This is a whole number from 1 to {REVISION}.")
            return None
        return value

    def required(self, **values: Any) -> None:
        """Note those members that were absent; a value is whatever was taken under that name."""
        for name, value in values.items():
            if value is None and not any(fault.where.startswith(f"/{name}") for fault in self.faults):
                self.refuse(f"/{name}", "missing_field", "This must be given.")

    def refuse(self, where: str, code: str, detail: str) -> None:
        """Note something that is wrong, once."""
        if (where, code) not in {(fault.where, fault.code) for fault in self.faults}:
            self.faults.append(Fault(where, code, detail))

    def done(self) -> None:
        """Raise InvalidRequest with all that is wrong, unknown members included."""
        for name in sorted(self._left):
            self.refuse(f"/{escaped(name)}", "unknown_field", "There is no such field.")
        if self.faults:
            raise invalid(self.faults)

    def _text(self, where: str, value: Any, longest: int) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(where, "wrong_type", "This is to be a text.")
            return None
        if len(value) > longest:
            self.refuse(where, "too_long", f"This may have {longest} characters.")
        return value
