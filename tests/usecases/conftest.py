"""A seeded database from two sides, and a copy of the data that seeded it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio
from pytest_postgresql.executors import NoopExecutor

from tests.conftest import url_of_connection
from tests.sql.support import connect, scratch_database
from tests.usecases.support import Connection, Folder, everything
from wildside.outbound.postgres.pool import Limits, PostgresDatabase


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A copy of the real reference data."""
    return Folder(tmp_path / "reference")


@pytest.fixture
def admin(seeded_connection: Connection) -> Connection:
    """Somebody at psql, in the database that `seeded` opens; every statement commits."""
    seeded_connection.autocommit = True
    return seeded_connection


@pytest.fixture(scope="module")
def shared_seeded(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    """A connection to one seeded database for all tests of a file."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url, connect(url) as opened:
        yield opened


@pytest_asyncio.fixture
async def untouched(shared_seeded: Connection) -> AsyncIterator[PostgresDatabase]:
    """A seeded database that must be found as it was, to the last row of the books."""
    before = everything(shared_seeded)
    async with PostgresDatabase(url_of_connection(shared_seeded), Limits(), "tests") as opened:
        yield opened
    assert everything(shared_seeded) == before
