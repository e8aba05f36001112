"""Somewhere to walk, on dicts and on PostgreSQL: regions, routes with places, and what is nobody's."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.builders import MOMENT, table
from tests.sql.support import Connection
from tests.walkways import Walkway, put_route
from wildside.domain.bundles import Bundle, Manifest
from wildside.domain.geometry import Bounds, Point, Zooms
from wildside.domain.pois import Poi
from wildside.domain.routes import Route, Stop
from wildside.outbound.memory.books import Books
from wildside.outbound.memory.database import MemoryDatabase
from wildside.ports.database import Database

_BUNDLE = """
insert into offline_bundles
    (user_id, id, device_id, kind, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
     estimated_size_bytes, status, progress, revision, created_at, updated_at)
values (%s, %s, %s, 'region', %s, 24, 60, 25, 61, 0, 9, 5, 'queued', 0, 1, %s, %s)
"""
_HELSINKI = {"slug": "helsinki", "sort_order": 1, "name": "Helsinki"}


@dataclass(frozen=True, slots=True)
class Ground:
    """A database, and ways to put into it what no store writes."""

    database: Database
    route: Callable[[UUID | None], Walkway]
    bundle: Callable[[Bundle], None]

    async def somebody(self) -> UUID:
        made = uuid4()
        async with self.database.transaction() as stores:
            await stores.users.add(made, "Somebody")
        return made


async def in_dicts() -> Ground:
    database = MemoryDatabase([table("regions")], now=lambda: MOMENT)
    async with database.transaction() as stores:
        await stores.seeding.upsert("regions", [_HELSINKI])

    def books() -> Books:
        return database._shelf.books

    def route(user_id: UUID | None) -> Walkway:
        made = Walkway(uuid4(), [uuid4()], [uuid4(), uuid4()])
        for number, poi_id in enumerate(made.pois):
            books().city.pois[poi_id] = _poi(poi_id, number)
        stops = [Stop(made.stops[0], made.pois[0])]
        path = [Point(24.9, 60.1), Point(24.9, 60.2)]
        books().city.routes[made.id] = Route(
            made.id, user_id, "A walk", path, 1200, 900, {}, "test-1", MOMENT, stops
        )
        return made

    def bundle(made: Bundle) -> None:
        books().people.bundles[made.manifest.id] = made

    return Ground(database, route, bundle)


def on_postgres(database: Database, connection: Connection) -> Ground:
    def bundle(made: Bundle) -> None:
        named, moments = made.manifest, (made.created_at, made.updated_at)
        connection.execute(_BUNDLE, (made.user_id, named.id, named.device_id, named.region, *moments))

    return Ground(database, lambda user_id: put_route(connection, user_id), bundle)


def of_region(device_id: str, bundle_id: UUID | None = None, region: str = "helsinki") -> Manifest:
    """A manifest of a region, as Ground.bundle puts it."""
    where = Bounds(24, 60, 25, 61), Zooms(0, 9)
    return Manifest(bundle_id or uuid4(), device_id, "region", None, region, *where, 5, "queued", 0)


def _poi(poi_id: UUID, number: int) -> Poi:
    seen = MOMENT, MOMENT, None
    where = Point(24.9, 60.1)
    return Poi(poi_id, "node", number + 1, where, "Café", {}, "cafe", None, 0.5, *seen)
