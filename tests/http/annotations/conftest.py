"""A server over one seeded database for all these tests; each has people and routes of its own."""

from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace

import httpx2
import pytest
import pytest_asyncio
from pytest_postgresql.executors import NoopExecutor

from tests.http.preferences import serving
from tests.people import Person, person
from tests.sql.support import Connection, connect, scratch_database
from tests.walkways import Walkway, put_route


@pytest.fixture(scope="package")
def walks_url(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[str]:
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        yield url


@pytest.fixture
def walks(walks_url: str) -> Iterator[Connection]:
    with connect(walks_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def client(walks_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(walks_url) as opened:
        yield opened


@pytest.fixture
def ada(walks_url: str) -> Person:
    return person(walks_url)


@pytest.fixture
def way(walks: Connection) -> Walkway:
    """A route that is everybody's."""
    return put_route(walks)


@pytest.fixture
def operator(walks_url: str) -> Iterator[Connection]:
    """An operator in the middle of a transaction."""
    with connect(walks_url, autocommit=False) as opened:
        yield opened
