"""Every method of every store: whichever of its statements fails, what leaves it is one of our errors."""

import inspect
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.builders import MOMENT
from tests.stores.conftest import Raw
from tests.stores.ground import of_region
from tests.summaries import collection, pick, route, summary, trend
from wildside.domain.errors import (
    ConstraintViolated,
    NoRelease,
    NotFound,
    Unauthorized,
    Unavailable,
)
from wildside.domain.example_people import example_people
from wildside.domain.geometry import Bounds, Point
from wildside.domain.ingestion import Counts, IngestRun, Input, Provenance
from wildside.domain.notes import Writing
from wildside.domain.osm import Place
from wildside.domain.pages import Cursor, Seek
from wildside.domain.poi_searches import Near, Within
from wildside.domain.progress import Visits
from wildside.domain.seeding import SeedRun
from wildside.domain.walks import Walk
from wildside.outbound.postgres.bundles import PostgresBundles
from wildside.outbound.postgres.credentials import PostgresCredentials
from wildside.outbound.postgres.editing import PostgresEditing
from wildside.outbound.postgres.example_data import PostgresExampleData
from wildside.outbound.postgres.health import PostgresHealth
from wildside.outbound.postgres.history import PostgresHistory
from wildside.outbound.postgres.ingestion import PostgresIngestion
from wildside.outbound.postgres.notes import PostgresNotes
from wildside.outbound.postgres.pois import PostgresPois
from wildside.outbound.postgres.pool import _prepare
from wildside.outbound.postgres.progress import PostgresProgress
from wildside.outbound.postgres.reference import PostgresReference
from wildside.outbound.postgres.route_catalogue import PostgresRouteCatalogue
from wildside.outbound.postgres.routes import PostgresRoutes
from wildside.outbound.postgres.seeding import PostgresSeeding
from wildside.outbound.postgres.session import Session
from wildside.outbound.postgres.sessions import PostgresSessions
from wildside.outbound.postgres.throttle import PostgresThrottle
from wildside.outbound.postgres.users import PostgresUsers
from wildside.outbound.postgres.walks import PostgresWalks


@pytest.fixture
def database_url(shared_url: str) -> str:
    """One database for all tests of this file: they leave no rows behind."""
    return shared_url


IMPORTED = IngestRun(
    uuid4(),
    Input("a" * 64, "town", Bounds(24.9, 60.1, 25.0, 60.2), "b" * 64),
    "https://example.org/",
    Counts(1, 1, 1, 0, 0, 0),
    MOMENT,
)
RUN = SeedRun(MOMENT, MOMENT, "0" * 64, "tester", {}, 0, 0)
STORES = (
    PostgresReference,
    PostgresSeeding,
    PostgresEditing,
    PostgresHistory,
    PostgresHealth,
    PostgresUsers,
    PostgresCredentials,
    PostgresThrottle,
    PostgresSessions,
    PostgresExampleData,
    PostgresNotes,
    PostgresProgress,
    PostgresRoutes,
    PostgresRouteCatalogue,
    PostgresIngestion,
    PostgresBundles,
    PostgresWalks,
    PostgresPois,
)
ARGUMENTS = {
    "key": ["coffee"],
    "changes": {"icon": "tag:mug"},
    "limit": 3,
    "version": 0,
    "a": 0,
    "b": 1,
    "number": 1,
    "since": 0,
    "until": 1,
    "actor": "tester",
    "reason": "a test",
    "wait": 0.1,
    "run": RUN,
    "table": "tags",
    "rows": [{"slug": "a", "sort_order": 1, "icon": "tag:a", "localizations": {"en-GB": {"name": "A"}}}],
    "old": ("a",),
    "new": ("b",),
    "keys": [("a",)],
    "user_id": uuid4(),
    "display_name": "Ada",
    "username": "ada",
    "password_hash": "$argon2id$",
    "changed_at": MOMENT,
    "disabled": True,
    "role": "admin",
    "attempt": 1,
    "address": "192.0.2.1",
    "session_id": uuid4(),
    "lifetime": timedelta(hours=1),
    "seek": Seek(Cursor("prev", (MOMENT, UUID(int=1))), 2),
    "seed": "demo",
    "people": example_people("demo", 2),
    "route_id": uuid4(),
    "note_id": uuid4(),
    "writing": Writing(uuid4(), uuid4(), "Ducks."),
    "visits": Visits(uuid4(), (uuid4(),)),
    "stops": [uuid4()],
    "replaced": 1,
    "revisions": {1},
    "route_ids": [uuid4()],
    "poi_ids": [uuid4()],
    "route": route(),
    "summary": summary(uuid4()),
    "collection": collection(),
    "trend": trend(uuid4()),
    "pick": pick(uuid4()),
    "slug": "helsinki",
    "places": [Place("node", 1, Point(24.9, 60.1), "Café", {"amenity": "cafe"}, "cafe", 0.5)],
    "now": MOMENT,
    "bounds": Bounds(24.9, 60.1, 25.0, 60.2),
    "imported": IMPORTED,
    "source": IMPORTED.input,
    "record": Provenance(uuid4(), IMPORTED.id, IMPORTED.source_url, IMPORTED.input.bounds, MOMENT),
    "device_id": "a",
    "bundle_id": uuid4(),
    "manifest": of_region("a"),
    "walk_id": uuid4(),
    "walk": Walk(uuid4(), uuid4(), MOMENT, None, (), (), ()),
    "ids": [UUID(int=1)],
    "category": "cafe",
    "search": Near(Point(24.94, 60.17), 1000),
    "box": Within(Bounds(24, 60, 25, 61)),
}
OF_STORE: dict[Any, dict[str, Any]] = {
    PostgresPois: {"seek": Seek(None, 2)},
    PostgresHistory: {"seek": Seek(None, 2)},
}
"""Arguments that a store takes otherwise than the rest."""


def store_methods() -> Iterator[Any]:
    for store in STORES:
        for name, method in inspect.getmembers(store, inspect.iscoroutinefunction):
            if not name.startswith("_"):
                yield pytest.param(store, method, id=f"{store.__name__}.{name}")


class GivesWay:
    """A connection that answers so many statements, and then is gone."""

    def __init__(self, connection: Raw, answers: int) -> None:
        self._connection, self._left = connection, answers

    async def fetch(self, *arguments: Any) -> Any:
        if self._left == 0:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        self._left -= 1
        return await self._connection.fetch(*arguments)

    async def copy_records_to_table(self, *arguments: Any, **more: Any) -> Any:
        if self._left == 0:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        self._left -= 1
        return await self._connection.copy_records_to_table(*arguments, **more)


async def is_answered(method: Any, store: Any) -> bool:
    """Call a method with whatever it wants; tell whether it got through all of its statements."""
    known = {**ARGUMENTS, **OF_STORE.get(type(store), {})}
    wanted = inspect.signature(method).parameters.values()
    arguments = {
        each.name: known[each.name] for each in wanted if each.name != "self" and each.default is each.empty
    }
    try:
        await method(store, **arguments)
    except Unavailable:
        return False
    except (ConstraintViolated, NoRelease, NotFound, Unauthorized):
        pass
    return True


@pytest.mark.parametrize(("store", "method"), list(store_methods()))
async def test_whichever_statement_of_a_method_fails_its_failure_is_one_of_ours(
    store: Any, method: Any, raw: Raw
) -> None:
    await _prepare(raw)
    answered = []
    for answers in range(4):
        async with undone(raw):
            if store is PostgresIngestion and method.__name__ != "stage":
                await raw.execute("call poi_staging_open()")
            answered.append(await is_answered(method, store(Session(GivesWay(raw, answers)))))
    assert not answered[0]
    assert answered[-1]


@asynccontextmanager
async def undone(raw: Raw) -> AsyncIterator[None]:
    transaction = raw.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()
