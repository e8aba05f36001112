"""The connection breaks at each round trip of each write: all of it is there, or nothing of it."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest_asyncio
from structlog.testing import capture_logs

from tests.http.support import assert_problem, client_over
from tests.people import KEY
from tests.promises import Promise
from tests.proxy import Proxy, application
from tests.trust.writes import WRITES, Stage, State, Write
from wildside.inbound.http.urls import OPERATIONS
from wildside.settings import Timeouts

MOST = 80
"""Far more round trips than any write has."""
SEED = int(os.environ.get("SEED", "20261122"))
BOTH = (False, True)
PATIENT = Timeouts(acquire=5.0)
SERVES = application("wildside serve")
SAFE = {"GET"}
ELSEWHERE = {"logIn"}
"""Keeps an attempt apart from the session on purpose: see tests/http/test_throttle.py."""


class Place:
    """The application over a connection that breaks, and over one that does not."""

    def __init__(
        self, proxy: Proxy, shaky: httpx2.AsyncClient, steady: httpx2.AsyncClient, stage: Stage
    ) -> None:
        self.proxy, self.shaky, self.steady, self.stage = proxy, shaky, steady, stage
        self.found: Counter[str] = Counter()

    async def broke(self, write: Write, trip: int, *, answered: bool) -> bool:
        """Do a write on a connection that breaks at a round trip; False: it had fewer."""
        who, way = self.stage.somebody()

        async def ask(method: str, path: str, body: Any) -> httpx2.Response:
            answer = await self.steady.request(method, path, json=body, headers=who.headers)
            assert answer.is_success, answer.text
            return answer

        method, path, body = await write.prepared(ask, way)
        headers = {**who.headers, "Idempotency-Key": str(uuid4())}
        before = self.stage.state(who)
        fault = self.proxy.break_at(trip, answered=answered, wanted=SERVES)
        first = await self.shaky.request(method, path, json=body, headers=headers)
        self.proxy.heal()
        now = self.stage.state(who)
        again = await self._again(method, path, body, headers)
        self._judge(first, again, (before, now, self.stage.state(who)))
        return fault.broke

    async def _again(self, method: str, path: str, body: Any, headers: Any) -> httpx2.Response:
        for _ in range(100):
            answer = await self.steady.request(method, path, json=body, headers=headers)
            if answer.status_code != 409 or answer.json()["code"] != "call_in_progress":
                return answer
            await asyncio.sleep(0.05)  # what was broken off is not over yet
        raise AssertionError(answer.text)

    def _judge(
        self, first: httpx2.Response, again: httpx2.Response, states: tuple[State, State, State]
    ) -> None:
        before, now, after = states
        assert before != after, again.text
        assert now in (before, after), "between"
        # Whoever has been erased is nobody, also to us.
        assert again.is_success or (again.status_code == 401 and now == after), again.text
        done = "after" if now == after else "before"
        if first.is_success:
            assert done == "after"
            assert content(first) == content(again) or again.status_code == 401
        else:
            code = first.json()["code"]
            assert_problem(first, 503, code)
            assert int(first.headers["retry-after"]) > 0
            assert (code, done) in {("outcome_unknown", done), ("database_unavailable", "before")}, code
        self.found[done] += 1
        self.found["success" if first.is_success else first.json()["code"]] += 1


def content(answer: httpx2.Response) -> bytes:
    """The body, whether it was sent before or not."""
    return answer.content.replace(b'"replayed":true', b'"replayed":false')


@pytest_asyncio.fixture
async def place(seeded_url: str, seeded_connection: psycopg.Connection[Any]) -> AsyncIterator[Place]:
    info = seeded_connection.info
    seeded_connection.autocommit = True
    with Proxy(f"{info.host}/.s.PGSQL.{info.port}") as proxy:
        url = f"postgresql://{info.user}@127.0.0.1:{proxy.port}/{info.dbname}"
        async with (
            client_over(url, session_keys=(KEY,), timeouts=PATIENT) as shaky,
            client_over(seeded_url, session_keys=(KEY,), timeouts=PATIENT) as steady,
        ):
            yield Place(proxy, shaky, steady, Stage(seeded_url, seeded_connection))


async def test_wherever_a_write_is_broken_off_it_is_done_or_not(place: Place, promise: Promise) -> None:
    print(f"SEED={SEED} breaks at the same sides again")  # noqa: T201
    dice, breaks = random.Random(SEED), 0
    with capture_logs():
        for write in WRITES:
            for trip in range(1, MOST):
                sides = BOTH if os.environ.get("SOAK") else [dice.choice(BOTH)]
                broke = [await place.broke(write, trip, answered=answered) for answered in sides]
                breaks += sum(broke)
                if not any(broke):
                    break
            assert 5 < trip < MOST, (write.name, trip)
    found = place.found
    promise(
        3,
        writes=len(WRITES),
        broken_off=breaks,
        done=found["after"],
        not_done=found["before"],
        between=0,
        told_unknown=found["outcome_unknown"],
        seed=SEED,
    )
    assert min(found["after"], found["before"], found["outcome_unknown"]) > len(WRITES), found


def test_these_are_all_writes() -> None:
    writes = {one.name for one in OPERATIONS if one.method not in SAFE} - ELSEWHERE
    assert {write.operation for write in WRITES} == writes
