"""Routes in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from wildside.domain.geometry import Point
from wildside.domain.routes import Route, RouteWithPlaces, Stop, StopPlace
from wildside.outbound.postgres.session import Session, store

_SEES = """
select exists (select from routes r where r.id = $2 and (r.user_id = $1 or r.user_id is null))
"""

# Routes with their stops in one statement, so that both are of one moment. Of no user ($1 is null) these are
# the curated ones.
_READ = """
select r.id, r.user_id, r.title, r.path, r.distance_metres, r.duration_seconds, r.generation_params,
       r.engine_version, r.created_at, s.stops
  from routes r
 cross join lateral (
       select coalesce(jsonb_agg(jsonb_build_object(
                  'id', s.id, 'poi_id', p.id, 'name', p.name, 'category', p.category,
                  'lng', p.location[0], 'lat', p.location[1], 'retired_at', p.retired_at)
                  order by s.position), '[]') as stops
         from route_stops s
         join pois p on p.id = s.poi_id
        where s.route_id = r.id) s
 where r.id = any ($2::uuid[]) and (r.user_id = $1 or r.user_id is null)
 order by r.id
"""

_PLACES = """
select p.id, p.name, p.category, p.location, p.retired_at
  from pois p
 where p.id = any ($1::uuid[])
 order by p.id
"""

_ADD = """
insert into routes
    (id, user_id, title, path, distance_metres, duration_seconds, generation_params, engine_version)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_ADD_STOPS = """
insert into route_stops (route_id, id, position, poi_id)
select $1, s.id, s.place - 1, s.poi_id
  from unnest($2::uuid[], $3::uuid[]) with ordinality as s (id, poi_id, place)
"""


@store("routes")
class PostgresRoutes:
    """Keeps routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def sees(self, user_id: UUID, route_id: UUID) -> bool:
        """Return whether there is such a route that a user may see."""
        return bool(await self._session.value(_SEES, user_id, route_id))

    async def get(self, user_id: UUID, route_id: UUID) -> RouteWithPlaces | None:
        """Return a route that a user may see."""
        row = await self._session.row(_READ, user_id, [route_id])
        return _route(row) if row else None

    async def curated(self, route_ids: Sequence[UUID]) -> Sequence[RouteWithPlaces]:
        """Return which of these are there and curated."""
        return [_route(row) for row in await self._session.rows(_READ, None, route_ids)]

    async def places(self, poi_ids: Sequence[UUID]) -> Sequence[StopPlace]:
        """Return which of these places there are."""
        rows = await self._session.rows(_PLACES, poi_ids)
        return [
            StopPlace(row["id"], row["name"], row["category"], Point(*row["location"]), row["retired_at"])
            for row in rows
        ]

    async def add(self, route: Route) -> None:
        """Keep a new route with its stops."""
        await self._session.row(
            _ADD,
            route.id,
            route.user_id,
            route.title,
            asyncpg.Path(*((point.lng, point.lat) for point in route.path), is_closed=False),
            route.distance_metres,
            route.duration_seconds,
            route.generation_params,
            route.engine_version,
        )
        ids, pois = [stop.id for stop in route.stops], [stop.poi_id for stop in route.stops]
        await self._session.row(_ADD_STOPS, route.id, ids, pois)


def _route(row: Any) -> RouteWithPlaces:
    stops = [Stop(UUID(stop["id"]), UUID(stop["poi_id"])) for stop in row["stops"]]
    route = Route(
        row["id"],
        row["user_id"],
        row["title"],
        tuple(Point(*point) for point in row["path"]),
        row["distance_metres"],
        row["duration_seconds"],
        row["generation_params"],
        row["engine_version"],
        row["created_at"],
        tuple(stops),
    )
    return RouteWithPlaces(route, tuple(_place(stop) for stop in row["stops"]))


def _place(stop: Any) -> StopPlace:
    retired = stop["retired_at"]
    return StopPlace(
        UUID(stop["poi_id"]),
        stop["name"],
        stop["category"],
        Point(stop["lng"], stop["lat"]),
        datetime.fromisoformat(retired) if retired else None,
    )
