"""A server over a seeded database of its own for each test, and somebody who is logged in there."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from tests.http.preferences import serving
from tests.people import Person, person


@pytest_asyncio.fixture
async def client(seeded_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(seeded_url) as opened:
        yield opened


@pytest.fixture
def ada(seeded_url: str) -> Person:
    return person(seeded_url)
