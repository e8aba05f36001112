"""Places of a test, put into either kind of database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from tests.builders import MOMENT
from wildside.domain.geometry import Point
from wildside.domain.pois import Poi, poi_id
from wildside.outbound.memory.database import MemoryDatabase

_PUT = """
insert into pois (id, osm_type, osm_id, location, name, osm_tags, category, narrative, popularity,
                  first_seen_at, last_seen_at, retired_at)
values (%s, %s, %s, point(%s, %s), %s, %s, %s, %s, %s, %s, %s, %s)
"""
_THEME = "insert into poi_interest_themes (poi_id, interest_theme, weight) values (%s, %s, %s)"

Interests = Mapping[UUID, Mapping[str, float]]


def place(number: int, lng: float = 24.94, lat: float = 60.17, **changes: Any) -> Poi:
    """A café, made of the number that it has in OpenStreetMap."""
    made = Poi(
        poi_id("node", number), "node", number, Point(lng, lat), f"Place {number}", {"amenity": "cafe"},
        "cafe", None, 0.5, MOMENT, MOMENT, None,
    )  # fmt: skip
    return replace(made, **changes)


def put(url: str, places: Sequence[Poi], interests: Interests | None = None) -> None:
    """Put places into PostgreSQL; what they are, and whom they serve, must be seeded."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.executemany(_PUT, [_row(one) for one in places])
        themes = [(one, *pair) for one, weights in (interests or {}).items() for pair in weights.items()]
        cursor.executemany(_THEME, themes)


def keep(database: MemoryDatabase, places: Sequence[Poi], interests: Interests | None = None) -> None:
    """Put places into dicts."""
    city = database._shelf.books.city
    city.pois.update({one.id: one for one in places})
    city.interests.update(interests or {})


def _row(one: Poi) -> tuple[Any, ...]:
    return (
        one.id, one.osm_type, one.osm_id, one.location.lng, one.location.lat, one.name,
        Jsonb(dict(one.osm_tags)), one.category, one.narrative, one.popularity,
        one.first_seen_at, one.last_seen_at, one.retired_at,
    )  # fmt: skip
