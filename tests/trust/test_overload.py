"""Every connection to the database is taken: who is served is served, and the rest are told at once."""

import os
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest

from tests.cli.program import Program
from tests.http.preferences import PREFERENCES
from tests.http.support import assert_problem
from tests.people import Person, person
from tests.promises import Promise
from tests.sql.support import Connection, connect, value, wait_until

POOL, CLIENTS = 8, 200
ACQUIRE = 0.5
"""Seconds that a request waits for a connection."""
MARGIN = 1.0
"""Seconds for a busy machine."""
PATIENT = "lock=40 statement=45 command=50 request=55 drain=60"
"""So that whoever has a connection keeps it while the rest is tried; `acquire` stays as it is."""
PATIENCE = 30.0
PROBES = 10 if os.environ.get("SOAK") else 3
WAITING = """
select count(*)
  from pg_stat_activity
 where datname = current_database() and application_name = 'wildside serve' and wait_event_type = 'Lock'
"""


@dataclass
class Place:
    """A server, somebody who is logged in, and an administrator of the database."""

    client: httpx2.Client
    metrics: str
    who: Person
    admin: Connection

    def ask(self, method: str, path: str, **more: Any) -> tuple[httpx2.Response, float]:
        """Ask once, and return how long the answer took."""
        began = monotonic()
        answer = self.client.request(method, path, **more)
        return answer, monotonic() - began

    def preferences(self) -> tuple[httpx2.Response, float]:
        return self.ask("GET", PREFERENCES, headers=self.who.headers)

    def crowd(self, callers: ThreadPoolExecutor) -> list["Future[tuple[httpx2.Response, float]]"]:
        return [callers.submit(self.preferences) for _ in range(CLIENTS)]

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Whoever looks at preferences waits, and keeps their connection, until the context ends."""
        with self.admin.transaction():
            self.admin.execute("lock table user_preferences in access exclusive mode")
            yield


@pytest.fixture
def place(seeded_url: str) -> Iterator[Place]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        metrics = f"127.0.0.1:{free.getsockname()[1]}"
    env = {"DATABASE_URL": seeded_url, "WILDSIDE_TIMEOUTS": PATIENT, "WILDSIDE_METRICS_BIND": metrics}
    with Program("serve", "--port", "0", env=env) as program, connect(seeded_url) as admin:
        # Both ends keep an idle connection for 5 s as a rule; the client is to be the first that lets go.
        all_at_once = httpx2.Limits(max_connections=None, keepalive_expiry=2)
        with httpx2.Client(base_url=program.url(), timeout=PATIENCE, limits=all_at_once) as client:
            yield Place(client, f"http://{metrics}/metrics", person(seeded_url), admin)
        assert "unhandled" not in program.output, program.output


def test_who_finds_no_connection_is_told_at_once(place: Place, seeded_url: str, promise: Promise) -> None:
    with ThreadPoolExecutor(CLIENTS) as callers, connect(seeded_url) as watcher:
        with place.taken():
            asking = place.crowd(callers)
            wait_until(watcher, f"select ({WAITING}) = {POOL}", within=PATIENCE)
            wait_until_answered(asking, CLIENTS - POOL)
            alone = [place.preferences() for _ in range(PROBES)]
            need_nothing(place)
            assert value(watcher, WAITING) == POOL, "all are still taken"
        answers = [one.result(PATIENCE) for one in asking]
    statuses = Counter(answer.status_code for answer, _ in answers)
    refused = [answer for answer, _ in [*answers, *alone] if answer.status_code != 200]
    slowest = max(took for _, took in alone)
    promise(
        7,
        clients=CLIENTS,
        connections=POOL,
        served=statuses[200],
        refused=statuses[503],
        refused_after_s=round(slowest, 2),
    )
    assert statuses == {200: POOL, 503: CLIENTS - POOL}
    for answer in refused:
        assert_problem(answer, 503, "database_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert slowest < ACQUIRE + MARGIN
    assert place.preferences()[0].status_code == 200


def need_nothing(place: Place) -> None:
    """What needs no database is answered as ever."""
    asked: list[tuple[tuple[httpx2.Response, float], int]] = [
        (place.ask("GET", PREFERENCES), 401),
        (place.ask("GET", PREFERENCES, headers={"Cookie": f"{place.who.headers['Cookie']}x"}), 401),
        (place.ask("GET", "/api/v1/nowhere"), 404),
        (place.ask("DELETE", "/api/v1/login"), 405),
        (place.ask("POST", "/api/v1/login", content=b"x" * 262145), 413),
        (place.ask("POST", "/api/v1/login", content=b"{", headers={"Content-Type": "application/json"}), 400),
        (place.ask("GET", "/health/live"), 200),
    ]
    for (answer, took), status in asked:
        assert answer.status_code == status, answer.text
        assert took < ACQUIRE + MARGIN, (answer.request.url, took)
    assert place.client.get(place.metrics).status_code == 200


def wait_until_answered(asking: list["Future[tuple[httpx2.Response, float]]"], many: int) -> None:
    deadline = monotonic() + PATIENCE
    while sum(one.done() for one in asking) < many:
        assert monotonic() < deadline, Counter(one.done() for one in asking)
        sleep(0.01)
