"""Each kind of database, with reference data and three places."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.builders import MOMENT
from tests.conftest import REFERENCE
from tests.sql.support import connect, scratch_database
from tests.summaries import route, summary
from wildside.domain.geometry import Point
from wildside.domain.pois import Poi, poi_id
from wildside.domain.reference import Column, Table
from wildside.domain.route_catalogue import DESCRIBING, EXPLORED, Explore
from wildside.domain.routes import Route
from wildside.outbound.files import read_source
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Database

CLEAR = """
truncate users, pois, routes, route_summaries, route_collections cascade;
update tags set is_active = true;
update route_categories set is_active = true;
"""
ORDERS = {"theme_interests": ("theme", "interest"), "safety_preset_toggles": ("preset", "position", "toggle")}
KEYS = {"safety_preset_toggles": ("preset", "toggle")}
NEEDED = (*EXPLORED, *DESCRIBING, "safety_sections", "regions")
POIS = [
    Poi(
        poi_id("node", number), "node", number, Point(24.9 + number / 100, 60.17), f"Place {number}", {},
        "cafe", None, 0.0, MOMENT, MOMENT, MOMENT if number == 2 else None,
    )
    for number in (1, 2, 3)
]  # fmt: skip
PUT_POI = """
insert into pois (id, osm_type, osm_id, location, name, osm_tags, category, first_seen_at, last_seen_at,
                  retired_at)
values (%s, 'node', %s, point(%s, %s), %s, '{}', 'cafe', %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class City:
    """A database with reference data and three places."""

    database: Database

    async def add(self, *routes: Route) -> None:
        async with self.database.transaction() as stores:
            for one in routes:
                await stores.routes.add(one)

    async def listed(self, *slugs: str, **changes: Any) -> list[UUID]:
        """Routes of the catalogue."""
        routes = [route() for _ in slugs]
        await self.add(*routes)
        async with self.database.transaction() as stores:
            for one, slug in zip(routes, slugs, strict=True):
                await stores.route_catalogue.put_summary(summary(one.id, slug, **changes))
        return [one.id for one in routes]

    async def put(self, kind: str, *values: Any) -> None:
        async with self.database.transaction() as stores:
            for value in values:
                await getattr(stores.route_catalogue, f"put_{kind}")(value)

    async def explore(self) -> Explore:
        async with self.database.reading() as stores:
            return await stores.route_catalogue.explore()

    async def somebody(self, name: str = "Ada") -> UUID:
        async with self.database.transaction() as stores:
            return (await stores.users.add(uuid4(), name)).id


def reference_table(name: str, rows: list[dict[str, Any]]) -> Table:
    key = KEYS.get(name, ("slug",))
    columns = [Column(column, "text", nullable=True, default=False) for column in rows[0]]
    active = Column("is_active", "boolean", nullable=False, default=True)
    return Table(name, key, ORDERS.get(name, ("sort_order", "slug")), (*columns, active))


@pytest.fixture(scope="module")
def seeded_url(cluster: Any, seeded_template: Any) -> Iterator[str]:
    """One seeded database for all tests of a file."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        yield url


def memory(rows: dict[str, list[dict[str, Any]]]) -> MemoryDatabase:
    """An empty database that has the tables of these rows."""
    ticks = count()
    tables = [reference_table(name, each) for name, each in rows.items()]
    return MemoryDatabase(tables, now=lambda: MOMENT + timedelta(seconds=next(ticks)))


@pytest.fixture
def rows() -> dict[str, list[dict[str, Any]]]:
    files = read_source(REFERENCE).files
    return {name: [dict(row) for row in files[name].rows] for name in NEEDED}


@pytest.fixture(params=["memory", "postgres"])
def kept_at(request: pytest.FixtureRequest) -> str | None:
    """The URL of an empty city; None stands for dicts."""
    if request.param == "memory":
        return None
    url: str = request.getfixturevalue("seeded_url")
    with connect(url) as connection:
        connection.execute(CLEAR.encode())
        for poi in POIS:
            at = poi.location
            values = (poi.id, poi.osm_id, at.lng, at.lat, poi.name, MOMENT, MOMENT, poi.retired_at)
            connection.execute(PUT_POI.encode(), values)
    return url


@pytest_asyncio.fixture
async def city(kept_at: str | None, rows: dict[str, list[dict[str, Any]]]) -> AsyncIterator[City]:
    """Each kind of database, with reference data and three places."""
    if kept_at is None:
        made = memory(rows)
        async with made.transaction() as stores:
            for name, each in rows.items():
                await stores.seeding.upsert(name, each)
        made._shelf.books.city.pois |= {poi.id: poi for poi in POIS}
        yield City(made)
        return
    async with PostgresDatabase(kept_at, Limits(), "contract tests") as opened:
        yield City(opened)
