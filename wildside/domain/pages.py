"""Pages of lists that grow: a cursor is a cut between rows, and either side of it can be read.

A cut stands just after a key, whether or not there is a row with that key any more. `next` reads
what comes after the cut, `prev` what comes up to it, that key included. Nothing lies between the
two and nothing on both sides, so that walking on and walking back visit each row that stays exactly
once, and an empty page still leads to all that there is.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from wildside.domain.errors import Fault, InvalidRequest
from wildside.domain.release import canonical, rfc_3339

LONGEST = 2048
"""Characters of a cursor that is looked at; a key of a moment and a uuid makes 140."""

_BIGINT = 2**63

Json: TypeAlias = str | int | float
Key: TypeAlias = tuple[Any, ...]
T = TypeVar("T")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A column of a key, never null: how a value is spelled in JSON, and read again.

    `read` raises ValueError. It may take more than one spelling: a cursor counts only if it is,
    byte for byte, what `write` makes of what was read.
    """

    write: Callable[[T], Json]
    read: Callable[[Json], T]


def _read_moment(value: Json) -> datetime:
    return datetime.fromisoformat(_text(value))


def _read_whole(value: Json) -> int:
    if type(value) is not int or not -_BIGINT <= value < _BIGINT:
        raise ValueError("no bigint")
    return value


def _read_number(value: Json) -> float:
    if type(value) is not float or not isfinite(value):
        raise ValueError("no double precision")
    return value


def _text(value: Json) -> str:
    if type(value) is not str or "\0" in value:
        raise ValueError("no text")
    return value


MOMENT: Part[datetime] = Part(rfc_3339, _read_moment)
"""timestamptz: RFC 3339 in UTC, always with six digits of a second."""
IDENTITY: Part[UUID] = Part(str, lambda value: UUID(_text(value)))
"""uuid."""
WHOLE: Part[int] = Part(int, _read_whole)
"""smallint to bigint."""
NUMBER: Part[float] = Part(float, _read_number)
"""double precision."""
TEXT: Part[str] = Part(str, _text)
"""text, in an order of code points (`collate "C"`)."""

Direction: TypeAlias = Literal["next", "prev"]
_DIRECTIONS: dict[str, Direction] = {"next": "next", "prev": "prev"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A side of the cut after a key."""

    direction: Direction
    key: Key


@dataclass(frozen=True, slots=True)
class Seek:
    """What is asked of a list: so many rows from a cut, or from the beginning."""

    cursor: Cursor | None
    limit: int

    @property
    def direction(self) -> Literal["first", "next", "prev"]:
        """Where to read, seen from the cut."""
        return self.cursor.direction if self.cursor else "first"

    @property
    def key(self) -> Key:
        """The key that the cut stands after; nothing, where there is no cut."""
        return self.cursor.key if self.cursor else ()

    @property
    def count(self) -> int:
        """How many rows to read: one more than asked for tells whether there are more."""
        return self.limit + 1


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    dir: str
    key: list[Json]
    scope: str


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """A list that can grow: its name, the columns of the key that orders it, and a row's own key.

    `filters` are the query parameters that narrow it, and `within` is what of the path does, such as the
    id of a route; a cursor holds only for the same ones. A list that is `descending` begins with the
    largest key.
    """

    name: str
    parts: tuple[Part[Any], ...]
    key_of: Callable[[Row], Key]
    filters: tuple[tuple[str, str], ...] = ()
    within: str = ""
    descending: bool = False

    def narrowed(self, **filters: str) -> "Listing[Row]":
        """Return the list of those rows that these filters let through."""
        return replace(self, filters=tuple(sorted(filters.items())))

    @property
    def scope(self) -> str:
        """What a cursor is bound to."""
        place = f"{self.name}/{self.within}" if self.within else self.name
        return f"{place}?{urlencode(self.filters)}" if self.filters else place

    def spelled(self, cursor: Cursor) -> str:
        """Return the text of a cursor."""
        key = [part.write(value) for part, value in zip(self.parts, cursor.key, strict=True)]
        wire = {"dir": cursor.direction, "key": key, "scope": self.scope}
        return base64.urlsafe_b64encode(canonical(wire)).rstrip(b"=").decode()

    def cursor(self, text: str) -> Cursor:
        """Return what a text spells. Raises InvalidRequest: invalid_cursor or unsupported_direction."""
        wire = _decoded(text)
        if wire.dir not in _DIRECTIONS:
            raise _invalid("unsupported_direction", "A cursor leads to what is next, or to what is prev.")
        if wire.scope != self.scope:
            raise _invalid("invalid_cursor", "This cursor is of another list, or of other filters.")
        try:
            key = tuple(part.read(value) for part, value in zip(self.parts, wire.key, strict=True))
            found = Cursor(_DIRECTIONS[wire.dir], key)
            if self.spelled(found) == text:
                return found
        except (ValueError, OverflowError) as error:
            raise _invalid("invalid_cursor", _JUNK) from error
        raise _invalid("invalid_cursor", _JUNK)


_JUNK = "This is no cursor of ours: take it from the links of a page."


def _decoded(text: str) -> _Wire:
    if len(text) > LONGEST:
        raise _invalid("invalid_cursor", _JUNK)
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=_Wire)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise _invalid("invalid_cursor", _JUNK) from error


def _invalid(code: str, detail: str) -> InvalidRequest:
    return InvalidRequest(detail, [Fault("cursor", code, detail, "parameter")])


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the order of their list, and the cuts from which to go on, and back."""

    rows: Sequence[Row]
    next: Cursor | None
    prev: Cursor | None

    @classmethod
    def of(cls, listing: Listing[Row], seek: Seek, found: Sequence[Row]) -> "Page[Row]":
        """Make a page of the rows that a store found, at most `seek.count`, the nearest to the cut first."""
        rows, beyond = found[: seek.limit], found[seek.limit :]
        if seek.direction == "prev":
            further = Cursor("prev", listing.key_of(beyond[0])) if beyond else None
            return cls(rows[::-1], Cursor("next", seek.key), further)
        further = Cursor("next", listing.key_of(rows[-1])) if beyond else None
        return cls(rows, further, Cursor("prev", seek.key) if seek.cursor else None)

    def links(self, path: str, listing: Listing[Row], seek: Seek) -> dict[str, str | None]:
        """Return links as relative references: of a path, so that no Host header has a say in them."""

        def link(cursor: Cursor | None) -> str:
            at = [("cursor", listing.spelled(cursor))] if cursor else []
            return f"{path}?{urlencode([*listing.filters, *at, ('limit', seek.limit)])}"

        return {
            "self": link(seek.cursor),
            "next": link(self.next) if self.next else None,
            "prev": link(self.prev) if self.prev else None,
        }
