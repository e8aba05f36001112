"""Connections that commit each statement, unless a test opens a transaction."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio
from pytest_postgresql.executors import NoopExecutor

from tests.conftest import MIGRATIONS, url_of_connection
from tests.sql.library import FOREIGN
from tests.sql.support import Connection, connect, empty, scratch_database
from wildside.config import DatabaseUrl
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.pool import Limits, PostgresDatabase


@pytest.fixture
def db(shared_db: Connection) -> Connection:
    """A database with every migration and no rows; for tests that change nothing but rows."""
    empty(shared_db)
    return shared_db


@pytest.fixture
def new_db(connection: Connection) -> Connection:
    """The same, made for one test."""
    connection.autocommit = True
    return connection


@pytest.fixture
def seeded_db(seeded_connection: Connection) -> Connection:
    """A fresh database with the real reference data, which is version 1."""
    seeded_connection.autocommit = True
    return seeded_connection


@pytest.fixture(scope="module")
def shared_db(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[Connection]:
    """One migrated database for all tests of a file."""
    template = migrated_template.template_dbname
    with scratch_database(cluster, template=template) as url, connect(url) as connection:
        yield connection


@pytest.fixture(scope="module")
def migrations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our engine, and the library's."""
    folder = tmp_path_factory.mktemp("library") / "migrations"
    shutil.copytree(FOREIGN / "migrations", folder)
    for path in MIGRATIONS.glob("*.reference_*.sql"):
        text = path.read_text().replace("-- depends: 0011.regions", "-- depends: 0006.library")
        (folder / path.name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def shared_library(cluster: SimpleNamespace, migrations: Path) -> Iterator[Connection]:
    with scratch_database(cluster) as url:
        apply_migrations(DatabaseUrl.parse(url), migrations, lambda _id: None)
        with connect(url) as connection:
            yield connection


@pytest.fixture
def library(shared_library: Connection) -> Connection:
    """An empty library."""
    empty(shared_library)
    return shared_library


@pytest_asyncio.fixture
async def library_database(library: Connection) -> AsyncIterator[PostgresDatabase]:
    async with PostgresDatabase(url_of_connection(library), Limits(), "tests") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the library's files, to be changed."""
    return shutil.copytree(FOREIGN / "reference", tmp_path / "reference")
