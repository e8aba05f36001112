"""Pages over dicts."""

from collections.abc import Iterable
from typing import TypeVar

from wildside.domain.pages import Key, Listing, Seek

Row = TypeVar("Row")


def nearest(listing: Listing[Row], rows: Iterable[Row], seek: Seek) -> list[Row]:
    """Return the rows nearest to the cut, that one first."""
    down = listing.descending
    ordered = sorted(rows, key=listing.key_of, reverse=down != (seek.direction == "prev"))
    if seek.direction == "next":
        ordered = [row for row in ordered if _beyond(listing.key_of(row), seek.key, down)]
    elif seek.direction == "prev":
        ordered = [row for row in ordered if not _beyond(listing.key_of(row), seek.key, down)]
    return ordered[: seek.count]


def _beyond(key: Key, cut: Key, down: bool) -> bool:
    return key < cut if down else key > cut
