"""Routes over dicts."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from wildside.domain.errors import ConstraintViolated
from wildside.domain.routes import Route, RouteWithPlaces, StopPlace
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.city import City


class MemoryRoutes:
    """Keeps routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def sees(self, user_id: UUID, route_id: UUID) -> bool:
        """Return whether there is such a route that a user may see."""
        found = self._session.books.city.routes.get(route_id)
        return found is not None and found.is_seen_by(user_id)

    async def get(self, user_id: UUID, route_id: UUID) -> RouteWithPlaces | None:
        """Return a route that a user may see."""
        if not await self.sees(user_id, route_id):
            return None
        city = self._session.books.city
        return _with_places(city, city.routes[route_id])

    async def curated(self, route_ids: Sequence[UUID]) -> Sequence[RouteWithPlaces]:
        """Return which of these are there and curated."""
        city = self._session.books.city
        found = [city.routes[one] for one in sorted(set(route_ids)) if one in city.routes]
        return [_with_places(city, route) for route in found if route.user_id is None]

    async def places(self, poi_ids: Sequence[UUID]) -> Sequence[StopPlace]:
        """Return which of these places there are."""
        city = self._session.books.city
        return [_place(city, one) for one in sorted(set(poi_ids)) if one in city.pois]

    async def add(self, route: Route) -> None:
        """Keep a new route with its stops."""
        books = await self._session.claim()
        if route.id in books.city.routes:
            raise ConstraintViolated(f"{route.id} is taken", "routes_pkey")
        if any(stop.poi_id not in books.city.pois for stop in route.stops):
            raise ConstraintViolated("there is no such place", "route_stops_poi_fkey")
        if route.user_id is not None:
            books.people.must_have(route.user_id)
        books.city.routes[route.id] = replace(route, created_at=self._session.shelf.now())


def _with_places(city: City, route: Route) -> RouteWithPlaces:
    return RouteWithPlaces(route, tuple(_place(city, stop.poi_id) for stop in route.stops))


def _place(city: City, poi_id: UUID) -> StopPlace:
    poi = city.pois[poi_id]
    return StopPlace(poi.id, poi.name, poi.category, poi.location, poi.retired_at)
