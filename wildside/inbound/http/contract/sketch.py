"""JSON Schemas of bodies, drawn by the functions that read them: neither says what the other does not."""

import re
import sys
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from wildside.inbound.http.bodies import TEXT
from wildside.inbound.http.wire import Fields

Schema = dict[str, Any]

_TEXT, _LINE = r"^[^\x00]*$", r"^[^\x00]*\S[^\x00]*$"
"""What PostgreSQL keeps: text without U+0000; and what is not only spaces."""


def schema_of(read: Callable[[Fields], object]) -> Schema:
    """Return the schema of the bodies that a function reads."""
    sketch = Sketch()
    try:
        read(sketch)
    except _Drawn:
        pass
    return sketch.schema


class _Drawn(Exception):
    """All fields were taken: what follows would be done with their values."""


class Sketch(Fields):
    """An object without members that remembers which were taken of it, and what they might have been."""

    def __init__(self) -> None:
        super().__init__({})
        self._properties: dict[str, Schema] = {}
        self._required: set[str] = set()
        self._within: dict[str, Sketch] = {}

    @property
    def schema(self) -> Schema:
        """What was taken, as a schema; null is the same as absent."""
        shown = {name: self._shown(name) for name in sorted(self._properties)}
        return {
            "type": "object",
            "properties": shown,
            "additionalProperties": False,
            **({"required": sorted(self._required)} if self._required else {}),
        }

    def _shown(self, name: str) -> Schema:
        schema = dict(self._properties[name])
        if name in self._within:
            inner = self._within[name].schema
            schema = {**schema, "items": inner} if schema["type"] == "array" else inner
        if name in self._required:
            return schema
        choices = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
        return {**schema, **choices, "type": [schema["type"], "null"]}

    def text(self, name: str, longest: int = TEXT) -> str | None:
        """Note a text."""
        self._properties[name] = {"type": "string", "maxLength": longest, "pattern": _TEXT}
        return None

    def line(self, name: str, longest: int) -> str | None:
        """Note a text that is not only spaces."""
        self._properties[name] = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": _LINE}
        return None

    def matching(self, name: str, pattern: re.Pattern[str], code: str, detail: str) -> str | None:
        """Note a text that a pattern matches."""
        told = f"{detail} ({code})"
        self._properties[name] = {"type": "string", "pattern": f"^{pattern.pattern}$", "description": told}
        return None

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """Note one of some texts."""
        self._properties[name] = {"type": "string", "enum": [*choices]}
        return None

    def identity(self, name: str) -> UUID | None:
        """Note a UUID."""
        self._properties[name] = {"type": "string", "format": "uuid"}
        return None

    def moment(self, name: str, earliest: int = 1) -> datetime | None:
        """Note a moment."""
        first, second = divmod(earliest // 100, 10)
        years = f"^({first}[{second}-9]|[{first + 1}-9][0-9])"
        told = {"description": f"Of the year {earliest} or later.", "pattern": years} if earliest > 1 else {}
        self._properties[name] = {"type": "string", "format": "date-time", **told}
        return None

    def whole(self, name: str, smallest: int, largest: int) -> int | None:
        """Note a whole number."""
        self._properties[name] = {"type": "integer", "minimum": smallest, "maximum": largest}
        return None

    def number(self, name: str, smallest: float, largest: float) -> float | None:
        """Note a number; what is as large as any is no limit."""
        most = {} if largest == sys.float_info.max else {"maximum": largest}
        self._properties[name] = {"type": "number", "minimum": smallest, **most}
        return None

    def texts(self, name: str, most: int, longest: int = 256) -> Sequence[str] | None:
        """Note a list of texts."""
        self._list(name, most)["items"] = {"type": "string", "maxLength": longest, "pattern": _TEXT}
        return None

    def identities(self, name: str, most: int) -> Sequence[UUID] | None:
        """Note a list of UUIDs."""
        self._list(name, most)["items"] = {"type": "string", "format": "uuid"}
        return None

    def object(self, name: str) -> Fields | None:
        """Note an object, and what will be taken of it."""
        self._properties[name] = {"type": "object"}
        self._within[name] = Sketch()
        return self._within[name]

    def objects(self, name: str, most: int) -> Sequence[Fields] | None:
        """Note a list of objects, and what will be taken of each."""
        self._properties[name] = {"type": "array", "maxItems": most}
        self._within[name] = Sketch()
        return [self._within[name]]

    def required(self, **values: Any) -> None:
        """Note which must be there."""
        self._required |= values.keys()

    def done(self) -> None:
        """End the reading: there are no values."""
        raise _Drawn

    def _list(self, name: str, most: int) -> Any:
        self._properties[name] = {"type": "array", "maxItems": most, "uniqueItems": True}
        return self._properties[name]
