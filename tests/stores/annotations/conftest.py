"""Each kind of database, with ways to put somebody and a route into it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.builders import MOMENT
from tests.conftest import url_of_connection
from tests.sql.support import Connection, add_slugs
from tests.walkways import Walkway, put_route
from wildside.domain.geometry import Point
from wildside.domain.pois import Poi
from wildside.domain.routes import Route, Stop
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Database


@dataclass(frozen=True, slots=True)
class Ground:
    """A database; `route` puts a route of three stops there, for one user alone or for all."""

    database: Database
    route: Callable[[UUID | None], Walkway]
    without_stop: Callable[[Walkway], None]
    """Take the last stop of a route away."""

    async def somebody(self) -> UUID:
        user_id = uuid4()
        async with self.database.transaction() as stores:
            await stores.users.add(user_id, "Ada")
        return user_id


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def ground(request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    if request.param == "memory":
        yield in_memory()
        return
    connection: Connection = request.getfixturevalue("contract_connection")
    if not connection.execute("select from poi_categories").fetchall():
        add_slugs(connection, "poi_categories", "cafe")

    def without_stop(way: Walkway) -> None:
        connection.execute("delete from route_stops where id = %s", [way.stops[-1]])

    # The first connection to a new database takes its time where others are busy.
    limits = Limits(acquire=5.0)
    async with PostgresDatabase(url_of_connection(connection), limits, "contract tests") as opened:
        yield Ground(opened, lambda user_id: put_route(connection, user_id), without_stop)


def in_memory() -> Ground:
    ticks = count()
    database = MemoryDatabase([], now=lambda: MOMENT + timedelta(seconds=next(ticks)))

    def put(user_id: UUID | None) -> Walkway:
        city = database._shelf.books.city
        made = Walkway(uuid4(), [uuid4() for _ in range(3)], [uuid4() for _ in range(3)])
        here, there = Point(24.94, 60.17), Point(24.95, 60.18)
        for number, poi in enumerate(made.pois):
            city.pois[poi] = Poi(
                poi, "node", number + 1, here, None, {}, "cafe", None, 0, MOMENT, MOMENT, None
            )  # fmt: skip
        stops = [Stop(*one) for one in zip(made.stops, made.pois, strict=True)]
        city.routes[made.id] = Route(
            made.id, user_id, "A walk", [here, there], 1, 1, {}, "test-1", MOMENT, stops
        )  # fmt: skip
        return made

    def without_stop(way: Walkway) -> None:
        routes = database._shelf.books.city.routes
        routes[way.id] = replace(routes[way.id], stops=routes[way.id].stops[:-1])

    return Ground(database, put, without_stop)
