"""Places and routes put straight into a database, for tests of what people do along them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg

_POI = """
insert into pois (id, osm_type, osm_id, location, name, osm_tags, category, first_seen_at, last_seen_at)
select %(id)s, 'node', coalesce(max(osm_id), 0) + 1, point(%(lng)s, %(lat)s), %(name)s, '{"amenity": "cafe"}',
       %(category)s, now(), now()
  from pois
"""
_ROUTE = """
insert into routes
    (id, user_id, title, path, distance_metres, duration_seconds, generation_params, engine_version)
values (%s, %s, %s, '[(24.94,60.17),(24.95,60.18)]', 1200, 900, '{}', 'test-1')
"""
_STOP = "insert into route_stops (route_id, id, position, poi_id) values (%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Walkway:
    """A route that was put into a database, its stops and the places where they are."""

    id: UUID
    stops: Sequence[UUID]
    pois: Sequence[UUID]


def put_poi(
    connection: psycopg.Connection[Any],
    lng: float = 24.94,
    lat: float = 60.17,
    name: str | None = "Café",
    category: str = "cafe",
) -> UUID:
    """Put a place there; its category is one of the reference data, which must be seeded."""
    made = uuid4()
    row = {"id": made, "lng": lng, "lat": lat, "name": name, "category": category}
    connection.execute(_POI.encode(), row)
    return made


def put_route(
    connection: psycopg.Connection[Any], user_id: UUID | None = None, stops: int = 3, title: str = "A walk"
) -> Walkway:
    """Put a route there, for one user alone or for all, with a place for each stop."""
    made = Walkway(
        uuid4(),
        [uuid4() for _ in range(stops)],
        [put_poi(connection, lng=24.94 + n / 1000) for n in range(stops)],
    )
    connection.execute(_ROUTE.encode(), (made.id, user_id, title))
    for position, (stop, poi) in enumerate(zip(made.stops, made.pois, strict=True)):
        connection.execute(_STOP.encode(), (made.id, stop, position, poi))
    return made
