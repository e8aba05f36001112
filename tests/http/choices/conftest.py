"""A server over a seeded database of its own for each test, and somebody who is logged in there."""

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import pytest_asyncio

from tests.http.preferences import serving
from tests.people import Person, person
from tests.sql.support import Connection, connect


@pytest_asyncio.fixture
async def client(seeded_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(seeded_url) as opened:
        yield opened


@pytest.fixture
def ada(seeded_url: str) -> Person:
    return person(seeded_url)


@pytest.fixture
def operator(seeded_url: str) -> Iterator[Connection]:
    """An operator in the middle of a transaction."""
    with connect(seeded_url, autocommit=False) as opened:
        yield opened
