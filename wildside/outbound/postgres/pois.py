"""Places in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.poi_searches import Filters, Found, Near, Within
from wildside.outbound.postgres.poi_pages import GET, NEAR, WITHIN
from wildside.outbound.postgres.session import Session, store

# A key in use means itself; one that is not may have been renamed, and its new name too.
_CATEGORIES = """
with recursive named (key, steps) as (
    select $1::text, 0
    union all
    select a.new_key ->> 0, n.steps + 1
      from named n
      join reference_aliases a on a.table_name = 'poi_categories' and a.old_key = jsonb_build_array(n.key)
     where n.steps < 100
), below (slug, is_below) as (
    select slug, false
      from (select c.slug, c.is_active
              from named n join poi_categories c on c.slug = n.key order by n.steps limit 1) meant
     where is_active
    union
    select c.slug, true from below b join poi_categories c on c.parent = b.slug where c.is_active
)
select slug from below order by is_below, slug collate "C"
"""

_EDGE = 0.01
"""Metres by which a box is wider than it need be: what lies on its edge is not lost to rounding."""


@store("pois")
class PostgresPois:
    """Keeps places."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, ids: Sequence[UUID]) -> Sequence[Found]:
        """Return those of these places that there are."""
        return [_found(row) for row in await self._session.rows(GET, ids)]

    async def categories(self, category: str) -> Sequence[str]:
        """Return the keys of a category and of all below it."""
        return [row["slug"] for row in await self._session.rows(_CATEGORIES, category)]

    async def near(self, search: Near, seek: Seek) -> Sequence[Found]:
        """Return places by distance, the nearest to the cut first."""
        radius = reach = search.radius_metres
        if seek.direction == "prev":
            reach = min(radius, max(seek.key[0], 0))
        bound = (search.point.position, reach + _EDGE, radius, *_bound(search.filters))
        return [_found(row) for row in await NEAR.rows(self._session, seek, *bound)]

    async def within(self, box: Within, seek: Seek) -> Sequence[Found]:
        """Return places by id, the nearest to the cut first."""
        bounds = box.bounds
        corners = (bounds.min_lng, bounds.min_lat), (bounds.max_lng, bounds.max_lat)
        rows = await WITHIN.rows(self._session, seek, *corners, *_bound(box.filters))
        return [_found(row) for row in rows]


def _bound(filters: Filters) -> tuple[Any, ...]:
    return filters.categories, filters.interest, dict([filters.tag]) if filters.tag else None


def _found(row: Any) -> Found:
    return Found(row["id"], row["document"].encode(), row["distance"])
