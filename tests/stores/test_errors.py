"""Whatever the driver or the server raises leaves a store as one of ours."""

import asyncio
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
from wildside.domain.errors import (
    ConnectionLost,
    ConstraintViolated,
    NoRelease,
    NotFound,
    QueryFailed,
    RetryTransaction,
    SchemaMismatch,
    StoreError,
    TimedOut,
    Unauthorized,
    Unavailable,
    ValueRefused,
)
from wildside.domain.example_people import example_people
from wildside.domain.pages import Cursor, Seek
from wildside.domain.seeding import SeedRun
from wildside.outbound.postgres.credentials import PostgresCredentials
from wildside.outbound.postgres.editing import PostgresEditing
from wildside.outbound.postgres.errors import FAILURES, translate
from wildside.outbound.postgres.example_data import PostgresExampleData
from wildside.outbound.postgres.health import PostgresHealth
from wildside.outbound.postgres.history import PostgresHistory
from wildside.outbound.postgres.pool import PostgresDatabase, _prepare
from wildside.outbound.postgres.reference import PostgresReference
from wildside.outbound.postgres.seeding import PostgresSeeding
from wildside.outbound.postgres.session import Session
from wildside.outbound.postgres.sessions import PostgresSessions
from wildside.outbound.postgres.throttle import PostgresThrottle
from wildside.outbound.postgres.users import PostgresUsers


@pytest.fixture
def database_url(shared_url: str) -> str:
    """One database for all tests of this file: they leave no rows behind."""
    return shared_url


TABLES = """
create temp table parents (
    slug text constraint parents_pkey primary key,
    size integer not null constraint parents_size_not_negative check (size >= 0));
create temp table children (
    slug text constraint children_slug_fkey references parents (slug));
insert into parents values ('a', 1);
insert into children values ('a')
"""


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("select * from nowhere", SchemaMismatch),
        ("select colour from parents", SchemaMismatch),
        ("select reference_nowhere()", SchemaMismatch),
        ("select reference_all_rows('nowhere', false)", SchemaMismatch),
        ("select 1 / 0", ValueRefused),
        ("selct 1", QueryFailed),
        ("select 'x'::date", ValueRefused),
        ("select 'x'::uuid", ValueRefused),
        ("select pg_cancel_backend(pg_backend_pid())", TimedOut),
    ],
)
async def test_what_the_server_refuses_is_translated(
    raw: Raw, statement: str, error: type[StoreError]
) -> None:
    await raw.execute(TABLES)
    with pytest.raises(StoreError) as raised:
        await Session(raw).rows(statement)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("insert into parents values ('a', 2)", "parents_pkey"),
        ("insert into parents values ('b', -1)", "parents_size_not_negative"),
        ("insert into children values ('x')", "children_slug_fkey"),
        ("delete from parents", "children_slug_fkey"),
        ("insert into parents values ('b', null)", "unnamed"),
        ("delete from tags", "reference_rows_are_never_deleted"),
    ],
)
async def test_a_broken_rule_is_known_by_its_name(raw: Raw, statement: str, constraint: str) -> None:
    await raw.execute(TABLES)
    with pytest.raises(ConstraintViolated) as raised:
        await Session(raw).rows(statement)
    assert raised.value.constraint == constraint
    assert constraint in str(raised.value)


async def test_a_statement_that_takes_too_long_times_out(raw: Raw) -> None:
    await raw.execute("set statement_timeout = 20")
    with pytest.raises(TimedOut):
        await Session(raw).rows("select pg_sleep(5)")


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (asyncpg.DiskFullError, Unavailable),
        (asyncpg.OutOfMemoryError, Unavailable),
        (asyncpg.TooManyConnectionsError, Unavailable),
        (asyncpg.CannotConnectNowError, Unavailable),
        (asyncpg.CrashShutdownError, ConnectionLost),
        (asyncpg.ConnectionFailureError, ConnectionLost),
        (asyncpg.InvalidPasswordError, Unavailable),
        (asyncpg.InvalidCatalogNameError, Unavailable),
        (asyncpg.ExclusionViolationError, ConstraintViolated),
        (asyncpg.InFailedSQLTransactionError, QueryFailed),
        (asyncpg.InsufficientPrivilegeError, QueryFailed),
        (asyncpg.InternalClientError, ConnectionLost),
        (ConnectionResetError, ConnectionLost),
        (TimeoutError, ConnectionLost),
    ],
)
def test_what_is_hard_to_bring_about_is_translated_as_well(
    raised: type[Exception], error: type[StoreError]
) -> None:
    assert issubclass(raised, FAILURES)
    assert type(translate(raised("told why"))) is error


async def test_a_lock_that_does_not_come_times_out(database: PostgresDatabase, raw: Raw) -> None:
    async with raw.transaction(), database.transaction(keep=False) as stores:
        await raw.execute("lock table tags in access exclusive mode")
        with pytest.raises(TimedOut):
            await stores.seeding.rows("tags")


async def test_a_serialisation_failure_asks_for_another_try(raw: Raw, database_url: str) -> None:
    await raw.execute("create table totals as select 1 as total")
    async with raw.transaction(isolation="repeatable_read"):
        await raw.fetch("select * from totals")
        async with connected(database_url) as second:
            await second.execute("update totals set total = 2")
        with pytest.raises(RetryTransaction):
            await Session(raw).rows("update totals set total = 3")


async def test_the_victim_of_a_deadlock_is_asked_for_another_try(raw: Raw, database_url: str) -> None:
    await raw.execute("create table places as select slug from (values ('a'), ('b')) p (slug)")
    await raw.execute("set deadlock_timeout = '50ms'")

    def lock(connection: Any, slug: str) -> Any:
        return Session(connection).rows("select from places where slug = $1 for update", slug)

    async with connected(database_url) as second, raw.transaction(), second.transaction():
        await lock(raw, "a")
        await lock(second, "b")
        # Only the one that looks for deadlocks soon can be the victim.
        waiting = asyncio.create_task(lock(second, "a"))
        with pytest.raises(RetryTransaction):
            await lock(raw, "b")
        await raw.execute("rollback")
        await waiting


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Raw]:
    connection: Raw = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_a_value_that_json_cannot_hold_is_no_fault_of_the_connection(
    database: PostgresDatabase,
) -> None:
    async with database.transaction(keep=False) as stores:
        with pytest.raises(ValueRefused):
            await stores.seeding.images("tags", [{"slug": "a\ud83d"}])


def test_a_message_is_never_empty() -> None:
    assert str(translate(TimeoutError())) == "the database did not answer in time"


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
}


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


async def is_answered(method: Any, store: Any) -> bool:
    """Call a method with whatever it wants; tell whether it got through all of its statements."""
    wanted = inspect.signature(method).parameters.values()
    arguments = {
        each.name: ARGUMENTS[each.name]
        for each in wanted
        if each.name != "self" and each.default is each.empty
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


@pytest.mark.parametrize("kind", [asyncpg.DeadlockDetectedError, asyncpg.DiskFullError, asyncpg.DataError])
def test_a_message_holds_no_values_of_rows(kind: type[Exception]) -> None:
    error = kind("told why")
    vars(error)["detail"] = "Failing row contains (canary)"
    assert "canary" in str(error)
    assert str(translate(error)) == "told why"
