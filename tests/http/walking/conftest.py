"""A seeded database for all tests of a file, with a route for everybody; a server over it, and somebody."""

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


@pytest.fixture(scope="module")
def url(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[str]:
    with scratch_database(cluster, template=seeded_template.template_dbname) as made:
        yield made


@pytest.fixture(scope="module")
def connection(url: str) -> Iterator[Connection]:
    with connect(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def walkway(connection: Connection) -> Walkway:
    return put_route(connection)


@pytest_asyncio.fixture
async def client(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(url) as opened:
        yield opened


@pytest.fixture
def ada(url: str) -> Person:
    return person(url)
