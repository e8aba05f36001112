"""The server's own work in the background goes on whatever happens to the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import cast

import psycopg
import pytest

from tests.http.support import NOWHERE, application, client_of, started
from tests.people import person
from wildside.domain.errors import TimedOut
from wildside.inbound.http import housekeeping as module
from wildside.inbound.http.housekeeping import housekeeping, some_minutes
from wildside.ports.database import Database

LEFT = "select count(*) from sessions"


async def until(condition: asyncio.Event) -> None:
    await asyncio.wait_for(condition.wait(), 10)


class Failing:
    """A database that fails, each time in another way."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.over = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        if not self.errors:
            self.over.set()
            raise TimedOut("once more")
        raise self.errors.pop(0)
        yield


async def test_what_fails_is_tried_again() -> None:
    failing = Failing(TimedOut("slow"), ValueError("a mistake of ours"), ConnectionResetError())
    async with housekeeping(cast(Database, failing), lambda: 0.001):
        await until(failing.over)


async def test_it_ends_with_the_server() -> None:
    failing = Failing()
    async with housekeeping(cast(Database, failing), lambda: 0.001):
        await until(failing.over)
    failing.over.clear()
    await asyncio.sleep(0.02)
    assert not failing.over.is_set()


async def test_it_ends_at_once_while_it_waits() -> None:
    async with asyncio.timeout(5), housekeeping(cast(Database, Failing()), lambda: 600):
        await asyncio.sleep(0)


async def test_the_server_does_it(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person(database_url)
    monkeypatch.setattr(module, "EVERY", timedelta(milliseconds=10))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("update sessions set issued_at = 'yesterday', expires_at = now()")
        async with started(application(database_url)), asyncio.timeout(10):
            while (left := connection.execute(LEFT).fetchone()) != (0,):
                assert left == (1,)
                await asyncio.sleep(0.01)


async def test_a_server_whose_database_is_away_answers_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", timedelta(milliseconds=10))
    async with started(application(NOWHERE)) as app, client_of(app) as client:
        for _ in range(3):
            await asyncio.sleep(0.03)
            assert (await client.get("/health/live")).status_code == 200


def test_processes_do_not_come_together() -> None:
    pauses = [some_minutes() for _ in range(100)]
    assert all(150 <= pause <= 450 for pause in pauses)
    assert len(set(pauses)) > 50
