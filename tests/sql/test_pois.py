"""Searches for places go along their indexes; distances are those of the earth; rules agree."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from pytest_postgresql.executors import NoopExecutor

from tests.builders import MOMENT
from tests.distances import near_and_far, on_the_ground
from tests.places import place
from tests.places import put as put_places
from tests.soak import times
from tests.sql.plans import planned
from tests.sql.support import Connection, connect, scratch_database
from wildside.domain.geometry import Point
from wildside.domain.pages import Seek
from wildside.domain.poi_searches import Filters, Near
from wildside.outbound.postgres.poi_pages import NEAR, WITHIN
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

HERE = Point(24.94, 60.17)

MANY = """
insert into pois (id, osm_type, osm_id, location, name, osm_tags, category, first_seen_at, last_seen_at)
select gen_random_uuid(), 'node', n, point(24.76 + 0.36 * random(), 60.08 + 0.18 * random()), 'Place ' || n,
       jsonb_build_object('amenity', (array['cafe', 'pub', 'bench'])[1 + n % 3]),
       (array['cafe', 'pub'])[1 + n % 2], now(), now()
  from generate_series(1, 12000) n
"""
THEMES = """
insert into poi_interest_themes (poi_id, interest_theme, weight)
select id, 'coffee', 0.5 from pois where osm_id % 2 = 0
"""


@pytest.fixture(scope="module")
def many(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[str]:
    """The URL of a database with twelve thousand places, 30 a square kilometre. Only to be read."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        with connect(url) as opened:
            opened.execute("set synchronous_commit = off")
            opened.execute(MANY)
            opened.execute(THEMES)
            opened.execute("vacuum analyze pois, poi_interest_themes")
        yield url


def literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, tuple):
        return "'{" + ",".join(map(str, value)) + "}'"
    return f"'{value}'"


FILTERS = {
    "no filter": Filters(),
    "a category": Filters(("cafe",)),
    "an interest": Filters(interest="coffee"),
    "a tag": Filters(tag=("amenity", "pub")),
    "all of them": Filters(("cafe", "pub"), "coffee", ("amenity", "pub")),
}
MODES = ("force_custom_plan", "force_generic_plan")
CUTS = {"first": False, "next": True, "prev": True}


def filtered(filters: Filters) -> list[Any]:
    tag = filters.tag and f'{{"{filters.tag[0]}": "{filters.tag[1]}"}}'
    return [filters.categories, filters.interest, tag]


def nodes_of(connection: Connection, sql: str, mode: str, *pairs: tuple[str, Any]) -> list[Any]:
    """The nodes of a plan; each parameter is a type and a value."""
    types, values = zip(*pairs, strict=True)
    return planned(connection, sql, [literal(value) for value in values], mode, types)


@pytest.mark.parametrize("kind", FILTERS)
def test_a_search_near_a_point_goes_along_the_index(many: str, kind: str) -> None:
    categories, interest, tag = filtered(FILTERS[kind])
    with connect(many) as connection:
        for mode, (direction, cut), radius in product(MODES, CUTS.items(), (250.0, 1000.0, 10_000.0)):
            arguments: list[tuple[str, Any]] = [
                ("float8[]", HERE.position), ("float8", radius), ("float8", radius),
                ("text[]", categories), ("text", interest), ("jsonb", tag), ("bigint", 21),
                *((("float8", radius / 2), ("uuid", UUID(int=1))) if cut else ()),
            ]  # fmt: skip
            plan = nodes_of(connection, getattr(NEAR, direction), mode, *arguments)
            assert not [node for node in plan if node["Node Type"] == "Seq Scan"], (mode, direction, radius)
            scans = [node for node in plan if node.get("Index Name") == "pois_position"]
            assert len(scans) == 1, (mode, direction, radius)
            if direction != "prev":
                assert scans[0]["Node Type"] == "Index Scan", (mode, direction, radius)
                assert "<->" in scans[0]["Order By"]


@pytest.mark.parametrize("kind", FILTERS)
def test_a_search_within_bounds_goes_along_the_index(many: str, kind: str) -> None:
    with connect(many) as connection:
        for mode, (direction, cut) in product(MODES, CUTS.items()):
            arguments: list[tuple[str, Any]] = [
                ("point", "(24.93,60.16)"), ("point", "(24.95,60.18)"),
                *zip(("text[]", "text", "jsonb"), filtered(FILTERS[kind]), strict=True), ("bigint", 21),
                *((("uuid", UUID(int=2**127)),) if cut else ()),
            ]  # fmt: skip
            plan = nodes_of(connection, getattr(WITHIN, direction), mode, *arguments)
            assert not [node for node in plan if node["Node Type"] == "Seq Scan"], (mode, direction)
            assert [node for node in plan if node.get("Index Name") == "pois_location"], (mode, direction)


async def test_a_search_finds_exactly_those_that_a_look_at_all_finds(many: str) -> None:
    query = "select id from pois where (position <-> earth_position(point(%s, %s))) <= %s"
    async with PostgresDatabase(many, Limits(), "tests") as database, database.reading() as stores:
        for lng, lat, radius in ((24.94, 60.17, 900), (24.76, 60.08, 2000), (24.9401, 60.2, 555.5)):
            with connect(many) as connection:
                expected = {row[0] for row in connection.execute(query, (lng, lat, radius)).fetchall()}
            found = await stores.pois.near(Near(Point(lng, lat), radius), Seek(None, 1000))
            assert {one.id for one in found} == expected
            assert expected
            order = [(one.distance_metres, one.id) for one in found]
            assert order == sorted(order)


@settings(
    max_examples=times(120),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pair=near_and_far())
def test_the_distance_of_the_schema_is_that_along_the_ground(
    shared_db: Connection, pair: tuple[Point, Point]
) -> None:
    one, other = pair
    row = shared_db.execute(
        "select earth_position(point(%s, %s)) <-> earth_position(point(%s, %s)),"
        " earth_position(point(%s, %s)) <-> cube(%s::float8[])",
        (one.lng, one.lat, other.lng, other.lat, one.lng, one.lat, list(one.position)),
    ).fetchone()
    assert row is not None
    assert abs(row[0] - on_the_ground(one, other)) <= 0.01
    assert row[1] <= 1e-6


RULES = [
    ("pois_osm_type_known", {"osm_type": "area"}),
    ("pois_osm_id_from_one", {"osm_id": 0}),
    ("pois_name_is_a_line", {"name": " "}),
    ("pois_name_is_a_line", {"name": "n" * 256}),
    ("pois_narrative_is_a_text", {"narrative": ""}),
    ("pois_narrative_is_a_text", {"narrative": "n" * 4001}),
    ("pois_popularity_is_a_share", {"popularity": 1.0001}),
    ("pois_popularity_is_a_share", {"popularity": -0.0001}),
    ("pois_seen_in_order", {"last_seen_at": MOMENT - timedelta(microseconds=1)}),
    ("pois_retired_after_seen", {"retired_at": MOMENT - timedelta(microseconds=1)}),
]
EDGES: list[dict[str, Any]] = [
    {"name": "n" * 255, "narrative": "n" * 4000, "popularity": 1.0},
    {"name": None, "popularity": 0.0, "retired_at": MOMENT, "osm_type": "relation"},
    {"location": Point(180, -90), "osm_type": "way", "osm_id": 2**63 - 1},
]


@pytest.mark.parametrize(("constraint", "wrong"), RULES, ids=str)
def test_what_a_place_cannot_be_stands_twice(many: str, constraint: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of its messages
        place(1, **wrong)
    unchecked = place(1)
    for name, value in wrong.items():
        object.__setattr__(unchecked, name, value)
    with pytest.raises(psycopg.errors.CheckViolation) as raised:
        put_places(many, [unchecked])
    assert raised.value.diag.constraint_name == constraint


def test_what_a_place_can_just_be(seeded_url: str) -> None:
    places = [place(number, **edge) for number, edge in enumerate(EDGES, 1)]
    put_places(seeded_url, places)
    with connect(seeded_url) as connection:
        query = "select id, osm_type, osm_id, name, narrative, popularity, retired_at from pois"
        kept = {row[0]: row[1:] for row in connection.execute(query).fetchall()}
    assert kept == {
        one.id: (one.osm_type, one.osm_id, one.name, one.narrative, one.popularity, one.retired_at)
        for one in places
    }
