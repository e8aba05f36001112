"""Many callers of one key at once, while connections and the server itself are killed."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import psycopg
import pytest
from asyncpg.transaction import Transaction
from structlog.testing import capture_logs

from tests.cli.program import Program
from tests.http.effects import application, key
from tests.http.support import client_of, started
from tests.people import Person, person
from tests.promises import Promise

KEYS = 1000 if os.environ.get("SOAK") else 16
CALLERS, ROUNDS = 16, 200
SEED = int(os.environ.get("SEED", "20261121"))
PASSING = {"call_in_progress", "outcome_unknown", "database_unavailable", "retry_transaction", "timed_out"}
"""What a caller answers by asking again."""

HALF_DONE = """
select value, key
  from (select lpad(to_hex(value::int + 1), 12, '0') as tail, value from effects) e
  full join (select right(key::text, 12) as tail, key from idempotency_keys) k using (tail)
 where value is null or key is null
"""
"""Effects without a kept answer, and answers without an effect; a key is the number after its value."""


class Crashes:
    """Kills every third or so connection that commits: half of them before, half right after."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        self._random = random.Random(SEED)
        self._commit = Transaction.commit
        self._url = url
        self.before = self.after = 0
        crashes = self

        async def commit(transaction: Any) -> None:
            await crashes.around(transaction)

        monkeypatch.setattr(Transaction, "commit", commit)

    async def around(self, transaction: Any) -> None:
        fate = self._random.random()
        if fate < 0.15:
            self.before += 1
            await self._kill(transaction)
        await self._commit(transaction)
        if fate > 0.85:
            self.after += 1
            await self._kill(transaction)
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    async def _kill(self, transaction: Any) -> None:
        pid = transaction._connection.get_server_pid()
        admin = await asyncpg.connect(self._url)
        assert await admin.fetchval("select pg_terminate_backend($1, 5000)", pid)
        await admin.close()


async def ask(client: httpx2.AsyncClient, who: Person, number: int, value: str) -> httpx2.Response:
    """Ask until there is an answer that stays."""
    headers = {**who.headers, "Idempotency-Key": key(number)}
    for _ in range(ROUNDS):
        answer = await client.post("/effects", json={"value": value}, headers=headers)
        if answer.status_code < 400 or answer.json()["code"] not in PASSING:
            return answer
        assert int(answer.headers["retry-after"]) > 0, answer.text
        await asyncio.sleep(0.01)
    raise AssertionError(answer.text)


async def storm(client: httpx2.AsyncClient, who: Person, number: int) -> dict[str, list[httpx2.Response]]:
    """Ask from all sides, for two things under one key; return the answers to each."""
    wanted = [f"{number} {'ab'[caller % 2]}" for caller in range(CALLERS)]
    answers = await asyncio.gather(*(ask(client, who, number, value) for value in wanted))
    return {
        value: [answer for one, answer in zip(wanted, answers, strict=True) if one == value]
        for value in wanted
    }


def winner(answers: dict[str, list[httpx2.Response]]) -> tuple[str, bytes]:
    """Check that one payload won for all who sent it, and the other was refused to all; return it."""
    won = {value: all_ for value, all_ in answers.items() if all_[0].status_code == 201}
    assert len(won) == 1, {value: [answer.status_code for answer in all_] for value, all_ in answers.items()}
    ((value, same),) = won.items()
    assert {(answer.status_code, answer.content, answer.headers["etag"]) for answer in same} == {
        (201, same[0].content, same[0].headers["etag"])
    }
    refused = [answer for other, all_ in answers.items() if other != value for answer in all_]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {
        (409, "idempotency_key_reused")
    }
    return value, same[0].content


def effects(url: str) -> list[str]:
    with psycopg.connect(url, autocommit=True) as connection:
        return [row[0] for row in connection.execute("select value from effects order by value").fetchall()]


@pytest.fixture(autouse=True)
def nothing_done(effects_url: str) -> None:
    with psycopg.connect(effects_url, autocommit=True) as connection:
        connection.execute("delete from effects")
        connection.execute("delete from users")


@asynccontextmanager
async def served(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with started(application(url)) as app, client_of(app) as client:
        yield client


async def test_one_effect_a_key_while_connections_are_killed(
    effects_url: str, monkeypatch: pytest.MonkeyPatch, promise: Promise
) -> None:
    """The seed decides which commits are killed; which caller's they are is the moment's."""
    print(f"SEED={SEED} kills the same commits again")  # noqa: T201
    ada = person(effects_url)
    winners: list[tuple[str, bytes]] = []
    with capture_logs(), monkeypatch.context() as patch:
        crashes = Crashes(patch, effects_url)
        async with served(effects_url) as client:
            for start in range(0, KEYS, 4):
                results = [storm(client, ada, number) for number in range(start, start + 4)]
                winners += map(winner, await asyncio.gather(*results))
    assert effects(effects_url) == sorted(value for value, _ in winners)
    assert len(winners) == KEYS
    assert min(crashes.before, crashes.after) > KEYS / 20, (crashes.before, crashes.after)
    async with served(effects_url) as client:  # another process, as far as it can tell
        for number, (value, content) in enumerate(winners):
            again = await ask(client, ada, number, value)
            assert (again.status_code, again.content) == (201, content)
            assert again.headers["idempotency-replayed"] == "true"
    done = len(effects(effects_url))
    killed = {"killed_before_commit": crashes.before, "killed_after": crashes.after}
    promise(2, keys=KEYS, callers=CALLERS, effects=done, **killed, seed=SEED)
    assert done == KEYS


def process(url: str) -> Program:
    """The application in a process of its own."""
    return Program(url, module="tests.http.effects")


def post(address: str, who: Person, number: int, size: int) -> httpx2.Response | None:
    """Ask once; None where the server was gone before it answered."""
    headers = {**who.headers, "Idempotency-Key": key(number)}
    try:
        return httpx2.post(f"{address}/effects", json={"value": f"{number}", "size": size}, headers=headers)
    except httpx2.TransportError:
        return None


def test_a_server_that_is_killed_in_the_middle_leaves_nothing_half_done(effects_url: str) -> None:
    """In the effect of size 666 the process kills itself; with it goes whatever else is under way."""
    ada = person(effects_url)
    sizes = {number: 666 if number == 7 else 1 for number in range(CALLERS)}
    with process(effects_url) as server, ThreadPoolExecutor(CALLERS) as callers:
        address = server.url()
        before = list(callers.map(lambda number: post(address, ada, number, sizes[number]), sizes))
        assert server.ended() == -signal.SIGKILL
    assert before[7] is None
    done = {number: answer for number, answer in enumerate(before) if answer and answer.status_code == 201}
    with psycopg.connect(effects_url, autocommit=True) as connection:
        assert connection.execute(HALF_DONE).fetchall() == []
    with process(effects_url) as server:
        address = server.url()
        sizes[7] = 1  # what was not done may be asked for anew under the same key
        again = {number: post(address, ada, number, size) for number, size in sizes.items()}
    assert {answer.status_code for answer in again.values() if answer} == {201}
    assert len(again) == CALLERS
    for number, answer in done.items():
        replay = again[number]
        assert replay is not None
        assert (replay.content, replay.headers["idempotency-replayed"]) == (answer.content, "true")
    assert effects(effects_url) == sorted(str(number) for number in sizes)
