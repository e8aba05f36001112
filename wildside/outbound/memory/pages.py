"""Pages over dicts."""

from collections.abc import Iterable
from typing import TypeVar

from wildside.domain.pages import Listing, Seek

Row = TypeVar("Row")


def nearest(listing: Listing[Row], rows: Iterable[Row], seek: Seek) -> list[Row]:
    """Return the rows nearest to the cut, that one first."""
    ordered = sorted(rows, key=listing.key_of, reverse=seek.direction == "prev")
    if seek.direction == "next":
        ordered = [row for row in ordered if listing.key_of(row) > seek.key]
    elif seek.direction == "prev":
        ordered = [row for row in ordered if listing.key_of(row) <= seek.key]
    return ordered[: seek.count]
