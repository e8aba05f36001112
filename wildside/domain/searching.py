"""Rows of a reference table that hold a text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wildside.domain.pages import WHOLE, Listing, Seek
from wildside.domain.reference import Row


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row, and its place in its table, from 1. Of one version both stay as they are."""

    number: int
    row: Row


FOUND: Listing[Numbered] = Listing("table", (WHOLE,), lambda one: (one.number,))
"""Rows of a version of a table, in their order."""


def matching(rows: Sequence[Row], wanted: str) -> list[Numbered]:
    """Return the rows of which a text, at any depth of a value, holds the wanted one, whatever its case."""
    folded = wanted.casefold()
    return [
        Numbered(number, row)
        for number, row in enumerate(rows, 1)
        if not folded or any(folded in text.casefold() for value in row.values() for text in _texts(value))
    ]


def nearest(rows: Sequence[Numbered], seek: Seek) -> list[Numbered]:
    """Return the rows nearest to the cut, that one first; `rows` are in their order."""
    if seek.cursor is None:
        return list(rows[: seek.count])
    (cut,) = seek.key
    if seek.direction == "next":
        return [one for one in rows if one.number > cut][: seek.count]
    return [one for one in reversed(rows) if one.number <= cut][: seek.count]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
