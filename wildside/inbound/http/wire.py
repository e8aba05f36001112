"""The members of a request's body, taken one by one; what is wrong with any of them is reported together."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from wildside.domain.errors import Fault
from wildside.inbound.http.bodies import FAULTS, TEXT, escaped, invalid, parsed, raw_body
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.values import identity, moment, number, whole

REVISION = 2**31 - 1

T = TypeVar("T")


async def read_fields(request: ApiRequest) -> "Fields":
    """Read a request's body; what is wrong with its form is told together with what its fields refuse.

    Raises what bodies.raw_body raises, and InvalidRequest where the body is no JSON object.
    """
    return Fields(*parsed(await raw_body(request)))


class Fields:
    """An object whose members are taken by name; null is the same as absent.

    What is taken of an object within it is noted with the whole, under its own pointer.
    """

    def __init__(self, body: Mapping[str, Any], faults: Sequence[Fault] = (), at: str = "") -> None:
        self._left, self._at = dict(body), at
        self._inner: list[Fields] = []
        self.faults: list[Fault] = list(faults)

    def text(self, name: str, longest: int = TEXT) -> str | None:
        """Take a text of at most `longest` characters."""
        return self._text(f"/{name}", self._left.pop(name, None), longest)

    def line(self, name: str, longest: int) -> str | None:
        """Take a text of 1 to `longest` characters that are not only spaces."""
        value = self.text(name, longest)
        if value is not None and not value.strip():
            self.refuse(f"/{name}", "blank", f"This has 1 to {longest} characters, not only spaces.")
        return value if value and value.strip() and len(value) <= longest else None

    def matching(self, name: str, pattern: re.Pattern[str], code: str, detail: str) -> str | None:
        """Take a text that a pattern matches as a whole."""
        value = self.text(name)
        if value is None or pattern.fullmatch(value):
            return value
        self.refuse(f"/{name}", code, detail)
        return None

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """Take one of some texts."""
        value = self.text(name)
        if value is None or value in choices:
            return value
        self.refuse(f"/{name}", "unknown_choice", f"This is one of {', '.join(choices)}.")
        return None

    def identity(self, name: str) -> UUID | None:
        """Take a UUID."""
        return self._read(f"/{name}", self._left.pop(name, None), identity)

    def moment(self, name: str, earliest: int = 1) -> datetime | None:
        """Take a moment, RFC 3339, of some year or later."""
        return self._read(f"/{name}", self._left.pop(name, None), lambda value: moment(value, earliest))

    def whole(self, name: str, smallest: int, largest: int) -> int | None:
        """Take a whole number."""
        return self._read(
            f"/{name}", self._left.pop(name, None), lambda value: whole(value, smallest, largest)
        )

    def number(self, name: str, smallest: float, largest: float) -> float | None:
        """Take a number, both ends included."""
        return self._read(
            f"/{name}", self._left.pop(name, None), lambda value: number(value, smallest, largest)
        )

    def revision(self, name: str = "expectedRevision") -> int | None:
        """Take a revision: a whole number from 1."""
        return self.whole(name, 1, REVISION)

    def texts(self, name: str, most: int, longest: int = 256) -> Sequence[str] | None:
        """Take a list of texts, at most so many, each once."""
        return self._each(name, most, lambda where, value: self._member(where, value, longest))

    def identities(self, name: str, most: int) -> Sequence[UUID] | None:
        """Take a list of UUIDs, at most so many, each once."""
        return self._each(name, most, lambda where, value: self._read(where, value, identity))

    def object(self, name: str) -> "Fields | None":
        """Take an object."""
        value = self._left.pop(name, None)
        return None if value is None else self._object(f"/{name}", value)

    def objects(self, name: str, most: int) -> "Sequence[Fields] | None":
        """Take a list of objects, at most so many."""
        value = self._list(name, most)
        if value is None:
            return None
        found = [self._object(f"/{name}/{place}", member) for place, member in enumerate(value)]
        return [one for one in found if one is not None]

    def required(self, **values: Any) -> None:
        """Note those members that were absent; a value is whatever was taken under that name."""
        for name, value in values.items():
            where = f"{self._at}/{name}"
            if value is None and not any(fault.where.startswith(where) for fault in self.faults):
                self.refuse(f"/{name}", "missing_field", "This must be given.")

    def refuse(self, where: str, code: str, detail: str) -> None:
        """Note something that is wrong, once, among the first FAULTS; `where` is a pointer from here on."""
        pointer = self._at + where
        if len(self.faults) >= FAULTS or any((pointer, code) == (one.where, one.code) for one in self.faults):
            return
        self.faults.append(Fault(pointer, code, detail))

    def done(self) -> None:
        """Raise InvalidRequest with all that is wrong, unknown members included."""
        self.refuse_the_rest()
        if self.faults:
            raise invalid(self.faults)

    def refuse_the_rest(self) -> None:
        """Note the members that nobody took."""
        for name in sorted(self._left):
            self.refuse(f"/{escaped(name)}", "unknown_field", "There is no such field.")
        for inner in self._inner:
            inner.refuse_the_rest()

    def _read(self, where: str, value: Any, read: Callable[[Any], T]) -> T | None:
        """Read a value; what reads it raises ValueError of a code and what is told."""
        if value is None:
            return None
        try:
            return read(value)
        except ValueError as error:
            self.refuse(where, *error.args)
            return None

    def _list(self, name: str, most: int) -> "list[Any] | None":
        value = self._left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, list):
            self.refuse(f"/{name}", "wrong_type", "This is to be a list.")
            return None
        if len(value) > most:
            self.refuse(f"/{name}", "too_many", f"This may have {most} members.")
            return None
        return value

    def _each(self, name: str, most: int, read: Callable[[str, Any], T | None]) -> Sequence[T] | None:
        """Take a list of what `read` makes of its members, each once."""
        value = self._list(name, most)
        if value is None:
            return None
        found: dict[T, None] = {}
        for place, member in enumerate(value):
            where = f"/{name}/{place}"
            one = read(where, member)
            if member is None:
                self.refuse(where, "wrong_type", "This is not to be null.")
            elif one is not None and one in found:
                self.refuse(where, "repeated", "This stands twice in the list.")
            elif one is not None:
                found[one] = None
        return list(found)

    def _member(self, where: str, value: Any, longest: int) -> str | None:
        return None if value is None else self._text(where, value, longest)

    def _object(self, where: str, value: Any) -> "Fields | None":
        if not isinstance(value, dict):
            self.refuse(where, "wrong_type", "This is to be an object.")
            return None
        inner = Fields(value, at=self._at + where)
        inner.faults = self.faults
        self._inner.append(inner)
        return inner

    def _text(self, where: str, value: Any, longest: int) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(where, "wrong_type", "This is to be a text.")
            return None
        if len(value) > longest:
            self.refuse(where, "too_long", f"This may have {longest} characters.")
        return value
