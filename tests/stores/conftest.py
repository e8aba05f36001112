"""The two databases of the contract: dicts, and PostgreSQL with tables made by the real engine."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import TypeAlias

import asyncpg
import pytest
import pytest_asyncio
from psycopg import sql
from psycopg.types.json import Jsonb
from pytest_postgresql.executors import NoopExecutor

from tests.builders import MOMENT
from tests.conftest import url_of_connection
from tests.sql.support import Connection, connect, empty, scratch_database
from tests.stores.contract import SQL, TABLES, Backend
from tests.stores.ground import Ground
from tests.stores.ground import in_dicts as ground_in_dicts
from tests.stores.ground import on_postgres as ground_on_postgres
from wildside.domain.reference import Row
from wildside.outbound.memory.books import Rule
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

Raw: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

RULES = (
    Rule(
        "kinds",
        "kinds_roots_come_first",
        lambda row: row["parent"] is None or row["sort_order"] > 0,
        ("sort_order", "parent"),
    ),
    Rule("kinds", "kinds_slug_is_short", lambda row: len(row["slug"]) <= 12, ("slug",)),
)


@pytest.fixture(scope="module")
def shared_url(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[str]:
    """The URL of one migrated database for all tests of a file."""
    with scratch_database(cluster, template=migrated_template.template_dbname) as url:
        yield url


@pytest.fixture(scope="module")
def contract_connection(shared_url: str) -> Iterator[Connection]:
    """A connection to a database that holds the contract's tables besides the real ones."""
    with connect(shared_url) as connection:
        connection.execute(SQL)
        yield connection


@asynccontextmanager
async def in_memory() -> AsyncIterator[Backend]:
    ticks = count()
    database = MemoryDatabase(
        TABLES,
        now=lambda: MOMENT + timedelta(seconds=next(ticks)),
        epoch="memory",
        rules=RULES,
        migrations=["0001.first"],
    )
    yield Backend("memory", database, database.edit)


@asynccontextmanager
async def on_postgres(connection: Connection) -> AsyncIterator[Backend]:
    async def edit(table: str, row: Row) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, row))
        key = sql.SQL(", ").join(
            sql.Identifier(column) for each in TABLES if each.name == table for column in each.key
        )
        excluded = sql.SQL(", ").join(sql.SQL("excluded.") + sql.Identifier(name) for name in row)
        statement = sql.SQL(
            "insert into {0} ({1}) select {1} from jsonb_populate_record(null::{0}, %s) "
            "on conflict ({2}) do update set ({1}) = row ({3})"
        )
        connection.execute(statement.format(sql.Identifier(table), columns, key, excluded), [Jsonb(row)])

    empty(connection)
    async with PostgresDatabase(
        url_of_connection(connection), Limits(acquire=5.0, statement=30.0, command=35.0), "contract tests"
    ) as database:
        yield Backend("postgres", database, edit)


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    """Each of the databases that keep the contract."""
    if request.param == "memory":
        async with in_memory() as opened:
            yield opened
    else:
        async with on_postgres(request.getfixturevalue("contract_connection")) as opened:
            yield opened


@pytest_asyncio.fixture
async def raw(database_url: str) -> AsyncIterator[Raw]:
    """The driver's own connection to a fresh migrated database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    connection.terminate()


@pytest.fixture
def other(database_url: str) -> Iterator[Connection]:
    """Somebody else in the same database."""
    with connect(database_url) as connection:
        yield connection


@pytest.fixture(scope="module")
def seeded_ground(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    """A connection to one seeded database for all tests of a file."""
    with (
        scratch_database(cluster, template=seeded_template.template_dbname) as url,
        connect(url) as connection,
    ):
        yield connection


@pytest.fixture(params=["memory", "postgres"])
def soil(request: pytest.FixtureRequest) -> Connection | None:
    """Nothing for dicts, else a connection: made here, since to seed runs a loop of its own."""
    return request.getfixturevalue("seeded_ground") if request.param == "postgres" else None


@pytest_asyncio.fixture
async def ground(soil: Connection | None) -> AsyncIterator[Ground]:
    """Each kind of database, with somewhere to walk."""
    if soil is None:
        yield await ground_in_dicts()
        return
    async with PostgresDatabase(url_of_connection(soil), Limits(), "contract tests") as database:
        yield ground_on_postgres(database, soil)
