"""Whatever the driver or the server raises leaves a store as one of ours."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from tests.stores.conftest import Raw
from wildside.domain.errors import (
    ConnectionLost,
    ConstraintViolated,
    QueryFailed,
    RetryTransaction,
    SchemaMismatch,
    StoreError,
    TimedOut,
    Unavailable,
    ValueRefused,
)
from wildside.outbound.postgres.errors import FAILURES, translate
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.outbound.postgres.session import Session


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


@pytest.mark.parametrize("kind", [asyncpg.DeadlockDetectedError, asyncpg.DiskFullError, asyncpg.DataError])
def test_a_message_holds_no_values_of_rows(kind: type[Exception]) -> None:
    error = kind("told why")
    vars(error)["detail"] = "Failing row contains (canary)"
    assert "canary" in str(error)
    assert str(translate(error)) == "told why"
    assert "canary" not in "".join(traceback.format_exception(error))
