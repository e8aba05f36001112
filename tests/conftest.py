"""One PostgreSQL for the whole run, one migrated and one seeded template, a clone for each test."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import pytest_asyncio
from pytest_postgresql import factories

from tests.builders import seed_order
from tests.memory import keep_small, server_folder
from tests.promises import Promise, promise, record, told
from tests.skips import pytest_sessionfinish, tell_unlisted
from wildside.config import DatabaseUrl, sql_folder
from wildside.outbound.files import read_source
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.usecases.seed_reference import seed_reference

__all__ = ["pytest_sessionfinish"]
"""That no test is left out for a reason of its own."""

MIGRATIONS = sql_folder() / "migrations"
REFERENCE = sql_folder() / "reference"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def url_of(host: str, port: Any, user: str, dbname: str) -> str:
    return f"postgresql://{user}@/{dbname}?host={quote(host, safe='')}&port={port}"


@pytest.fixture(name="promise")
def promised(record_property: Callable[[str, object], None]) -> Promise:
    return promise(record_property)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alarms: the database refuses on purpose what we should have refused")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    if lines := told(found for report in reports for found in report.user_properties):
        terminalreporter.section("promises of docs/reliability.md")
        terminalreporter.write("\n".join([*lines, ""]))
        record(lines)
    tell_unlisted(terminalreporter)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A PostgreSQL that this run starts and stops; PGBIN picks its version."""
    pg_bin = os.environ.get("PGBIN")
    binaries = find_binaries(Path(pg_bin) if pg_bin else None)
    with (
        server_folder(tmp_path_factory.mktemp("cluster")) as folder,
        EmbeddedServer(folder, binaries, durable=False) as server,
    ):
        keep_small(server.url)
        yield SimpleNamespace(
            host=str(server.socket_dir),
            port=5432,
            user="wildside",
            password="",
            options="",
            maintenance_dbname="postgres",
            template_dbname="template0",
        )


def _migrate(*, host: str, port: Any, user: str, dbname: str, **_: Any) -> None:
    apply_migrations(DatabaseUrl.parse(url_of(host, port, user, dbname)), MIGRATIONS, lambda _id: None)


def _seed(*, host: str, port: Any, user: str, dbname: str, **_: Any) -> None:
    async def seed() -> None:
        async with PostgresDatabase(url_of(host, port, user, dbname), Limits(), "tests") as database:
            await seed_reference(database, read_source(REFERENCE), seed_order())

    asyncio.run(seed())


migrated_template = factories.postgresql_noproc(depends_on="cluster", dbname="migrated", load=[_migrate])
seeded_template = factories.postgresql_noproc(depends_on="migrated_template", dbname="seeded", load=[_seed])

connection = factories.postgresql("migrated_template")
"""A psycopg connection to a fresh database with every migration and no rows."""

seeded_connection = factories.postgresql("seeded_template")
"""A psycopg connection to a fresh database with the real reference data."""


def url_of_connection(connection: psycopg.Connection[Any]) -> str:
    info = connection.info
    return url_of(info.host, info.port, info.user, info.dbname)


@pytest.fixture
def database_url(connection: psycopg.Connection[Any]) -> str:
    """The URL of a fresh migrated database."""
    return url_of_connection(connection)


@pytest.fixture
def seeded_url(seeded_connection: psycopg.Connection[Any]) -> str:
    """The URL of a fresh seeded database."""
    return url_of_connection(seeded_connection)


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[PostgresDatabase]:
    async with PostgresDatabase(database_url, Limits(), "tests") as opened:
        yield opened


@pytest_asyncio.fixture
async def seeded(seeded_url: str) -> AsyncIterator[PostgresDatabase]:
    async with PostgresDatabase(seeded_url, Limits(), "tests") as opened:
        yield opened
