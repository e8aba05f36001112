"""A database of the whole run that no test changes, and clients of it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import psycopg
import pytest
import pytest_asyncio

from tests.cli.program import serving
from tests.conftest import url_of
from tests.http.effects import TABLE, Poster, application
from tests.http.support import client_of, client_over, started
from tests.people import person
from tests.sql.support import scratch_database
from wildside.inbound.http import problems


class _Heard:
    """A log that keeps what gives alarm."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self.alarms: list[str] = []

    def error(self, event: str, **about: object) -> None:
        self.alarms.append(f"{event} {about}")
        self._log.error(event, **about)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


@pytest.fixture(autouse=True)
def no_alarm(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail where the database had to refuse what we should have, unless that is what a test is about."""
    heard = _Heard(problems.log)
    monkeypatch.setattr(problems, "log", heard)
    yield
    assert request.node.get_closest_marker("alarms") or heard.alarms == []


@pytest.fixture(scope="session")
def released_url(seeded_template: Any) -> Iterator[str]:
    """A seeded database. Only to be read."""
    there = seeded_template
    maintenance = url_of(there.host, there.port, there.user, there.maintenance_dbname)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"create database released template {there.template_dbname}")
        yield url_of(there.host, there.port, there.user, "released")
        connection.execute("drop database released with (force)")


@pytest_asyncio.fixture
async def client(released_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application in this process."""
    async with client_over(released_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def server(released_url: str) -> Iterator[httpx2.Client]:
    """A client of a real server process."""
    with serving(released_url) as url, httpx2.Client(base_url=url) as opened:
        yield opened


@pytest.fixture(scope="module")
def effects_url(cluster: Any, migrated_template: Any) -> Iterator[str]:
    """A migrated database of a file's tests, with the table of tests.http.effects."""
    with scratch_database(cluster, template=migrated_template.template_dbname) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLE)
        yield url


@pytest_asyncio.fixture
async def poster(effects_url: str) -> AsyncIterator[Poster]:
    """Somebody who posts to the application with the routes of tests.http.effects."""
    async with started(application(effects_url)) as app, client_of(app) as client:
        yield Poster(app, client, person(effects_url))
