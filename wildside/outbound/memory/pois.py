"""Places over dicts."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from wildside.domain.geometry import metres
from wildside.domain.pages import Seek
from wildside.domain.poi_searches import CATEGORIES, NEAREST, WITHIN, Filters, Found, Near, Within
from wildside.domain.pois import Poi
from wildside.domain.preferences import Asked
from wildside.domain.release import canonical, rfc_3339
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.pages import nearest
from wildside.outbound.memory.preferences import MemoryPreferences


class MemoryPois:
    """Keeps places."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, ids: Sequence[UUID]) -> Sequence[Found]:
        """Return those of these places that there are."""
        there = self._session.books.city.pois
        return [self._found(one) for one in sorted(set(ids)) if one in there]

    async def categories(self, category: str) -> Sequence[str]:
        """Return the keys of a category and of all below it."""
        (meant,) = await MemoryPreferences(self._session).meanings([Asked(CATEGORIES, category, "")])
        found = [meant.key] if meant and meant.active else []
        rows = [row for row in self._session.books.rows[CATEGORIES].values() if row["is_active"]]
        for parent in found:  # which grows meanwhile
            found += [row["slug"] for row in rows if row["parent"] == parent and row["slug"] not in found]
        return [*found[:1], *sorted(found[1:])]

    async def near(self, search: Near, seek: Seek) -> Sequence[Found]:
        """Return places by distance, the nearest to the cut first."""
        there = [
            self._found(poi_id, metres(search.point, self._session.books.city.pois[poi_id].location))
            for poi_id in self._those(search.filters)
        ]
        reached = [one for one in there if (one.distance_metres or 0) <= search.radius_metres]
        return nearest(NEAREST, reached, seek)

    async def within(self, box: Within, seek: Seek) -> Sequence[Found]:
        """Return places by id, the nearest to the cut first."""
        pois = self._session.books.city.pois
        those = [one for one in self._those(box.filters) if box.bounds.has(pois[one].location)]
        return nearest(WITHIN, [self._found(poi_id) for poi_id in those], seek)

    def _those(self, filters: Filters) -> Iterator[UUID]:
        city = self._session.books.city
        for poi in city.pois.values():
            if poi.retired_at is None and filters.let_through(poi, city.interests.get(poi.id, {})):
                yield poi.id

    def _found(self, poi_id: UUID, distance: float | None = None) -> Found:
        city = self._session.books.city
        weights = city.interests.get(poi_id, {})
        interests = sorted(weights.items(), key=lambda one: (-one[1], one[0]))
        return Found(poi_id, canonical(_document(city.pois[poi_id], interests, distance)), distance)


def _document(poi: Poi, interests: Sequence[tuple[str, float]], distance: float | None) -> dict[str, Any]:
    return {
        "id": str(poi.id),
        "name": poi.name,
        "category": poi.category,
        "location": {"lng": poi.location.lng, "lat": poi.location.lat},
        "interestThemes": [{"interestTheme": theme, "weight": weight} for theme, weight in interests],
        "osmType": poi.osm_type,
        "osmId": poi.osm_id,
        "osmTags": poi.osm_tags,
        "narrative": poi.narrative,
        "popularity": poi.popularity,
        "retiredAt": rfc_3339(poi.retired_at) if poi.retired_at else None,
        "distanceMetres": None if distance is None else round(distance, 1),
    }
