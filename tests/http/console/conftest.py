"""A desk over a seeded database of a file's own, and people before it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from tests.http.console.desk import Desk
from tests.http.support import application, client_of, started
from tests.people import KEY, Person, person
from tests.sql.support import scratch_database


@pytest.fixture(scope="module")
def desk_url(cluster: Any, seeded_template: Any) -> Iterator[str]:
    """A seeded database."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        yield url


@pytest.fixture(scope="module")
def root(desk_url: str) -> Person:
    return person(desk_url, "Root", "admin")


@pytest_asyncio.fixture
async def stranger(desk_url: str) -> AsyncIterator[Desk]:
    """Nobody."""
    async with started(application(desk_url, session_keys=(KEY,))) as app, client_of(app) as client:
        yield Desk(client)


@pytest.fixture
def desk(stranger: Desk, root: Person) -> Desk:
    """An administrator."""
    return Desk(stranger.client, root)
