"""Pages over dicts."""

from collections.abc import Iterable
from typing import TypeVar

from wildside.domain.pages import Listing, Seek

Row = TypeVar("Row")


def nearest(listing: Listing[Row], rows: Iterable[Row], seek: Seek) -> list[Row]:
    """Return the rows nearest to the cut, that one first."""

    def is_after(row: Row) -> bool:
        key = listing.key_of(row)
        return key < seek.key if listing.descending else key > seek.key

    backward = seek.direction == "prev"
    ordered = sorted(rows, key=listing.key_of, reverse=backward != listing.descending)
    return [row for row in ordered if seek.cursor is None or is_after(row) != backward][: seek.count]
