"""What is asked of places."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.poi_searches import Found, Near, Within


class PoiStore(Protocol):
    """Keeps places. Those that are retired can be asked for by their ids, and are not found by any search."""

    async def get(self, ids: Sequence[UUID]) -> Sequence[Found]:
        """Return those of these places that there are, in the order of their ids, retired ones too."""
        ...

    async def categories(self, category: str) -> Sequence[str]:
        """Return the keys of a category and of all below it, active ones only; renames are followed.

        The category itself comes first, then the others by key. Nothing is returned where there is none, or
        where it is not active.
        """
        ...

    async def near(self, search: Near, seek: Seek) -> Sequence[Found]:
        """Return places of the list NEAREST, the nearest to the cut first, with their distances."""
        ...

    async def within(self, box: Within, seek: Seek) -> Sequence[Found]:
        """Return places of the list WITHIN, the nearest to the cut first."""
        ...
