"""The way to the database falls silent: nothing is refused, nothing is closed, nothing comes.

See tests/proxy.py. What docs/api.md promises is held against it, with a margin for a busy machine.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cli.program import Program
from tests.http.support import READS, REFERENCE, assert_problem
from tests.promises import Promise
from tests.proxy import Proxy, application

VERSION, EVENTS = f"{REFERENCE}/version", f"{REFERENCE}/events"
PROMISED = 0.8
"""Seconds in which a listener's connection that died without a sign is noticed."""
MARGIN = 0.7
"""Seconds for a busy machine."""
LONGEST = 3.0
"""Seconds after which every request has its answer while the database is silent."""
BACK = 2.0
"""Seconds after which it serves again once the database is back."""
PATIENCE = 20.0
SILENCE = 15.0 if os.environ.get("SOAK") else 4.0
READINESS = 1.0
"""Seconds for which the outcome of the checks is remembered."""
LISTENER = application("wildside listener")
PATHS = [*READS, *READS]
CROWD = [f"{REFERENCE}/bootstrap?version={version}" for version in range(1, 10)] + ["/health/ready"]
CONNECTIONS = """
select count(*)
  from pg_stat_activity
 where application_name = 'wildside serve' and datname = current_database()
"""


class Place:
    """A server that reaches its database through a proxy, and somebody who reaches it directly."""

    def __init__(self, proxy: Proxy, program: Program, admin: psycopg.Connection[Any]) -> None:
        self.proxy, self.program, self.admin = proxy, program, admin
        self.url = program.url()

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.url + path, timeout=PATIENCE)

    def change(self, icon: str) -> None:
        self.admin.execute("update tags set icon = %s where slug = 'coffee'", [icon])

    def number(self) -> int:
        """The version that is shown; who is asked to come again for want of a connection does."""
        for _ in range(5):
            if (answer := self.get(VERSION)).status_code == 200:
                break
        return int(answer.json()["referenceVersion"].partition(".")[2].partition("-")[0])

    def statuses(self, paths: Sequence[str]) -> set[int]:
        return {self.get(path).status_code for path in paths}

    def connections(self) -> int:
        row = self.admin.execute(CONNECTIONS).fetchone()
        return int(row[0]) if row else 0

    def ready(self, check: str) -> tuple[int, str]:
        """The status of the whole, and of one check."""
        response = self.get("/health/ready")
        return response.status_code, response.json()["checks"][check]["status"]


@pytest.fixture
def place(seeded_url: str, seeded_connection: psycopg.Connection[Any]) -> Iterator[Place]:
    info = seeded_connection.info
    with Proxy(f"{info.host}/.s.PGSQL.{info.port}") as proxy:
        url = f"postgresql://{info.user}@127.0.0.1:{proxy.port}/{info.dbname}"
        with (
            Program("serve", "--port", "0", env={"DATABASE_URL": url}) as program,
            psycopg.connect(seeded_url, autocommit=True) as admin,
        ):
            opened = Place(proxy, program, admin)
            until(lambda: opened.number() == 1 and opened.ready("listener") == (200, "pass"))
            yield opened
        assert "unhandled" not in program.output, program.output
        assert "never retrieved" not in program.output, program.output


def until(condition: Callable[[], object], patience: float = PATIENCE) -> float:
    """Wait for a condition, and return after how many seconds it was last asked for in vain.

    It came true at some time after that: when we were told of it is a matter of how busy the machine is.
    """
    began, in_vain = time.monotonic(), 0.0
    while True:
        asked_at = time.monotonic() - began
        if condition():
            assert time.monotonic() - began - asked_at < LONGEST + MARGIN, (
                "the last ask waited instead of answering"
            )
            return in_vain
        in_vain = asked_at
        assert asked_at < patience
        time.sleep(0.02)


def test_a_listener_that_died_without_a_sign_is_noticed_in_time(place: Place) -> None:
    """In three rounds, since the moment within a heartbeat differs."""
    for number in (2, 4, 6):
        assert place.number() == number - 1  # from now on from memory
        place.proxy.silence(LISTENER)
        place.change(f"tag:unheard-{number}")
        assert until(lambda: place.number() == number) < PROMISED + MARGIN  # noqa: B023 - ends here
        assert place.proxy.swallowed > 0
        place.change(f"tag:asked-{number}")
        assert place.number() == number + 1, "nobody hears, so each request has to ask"
        place.proxy.heal()
        until(lambda: place.ready("listener") == (200, "pass"))


def test_health_warns_while_nobody_hears_and_streams_go_on(place: Place) -> None:
    with listening(place) as heard:
        until(lambda: len(heard) == 1)
        place.proxy.silence(LISTENER)
        assert until(lambda: place.ready("listener") == (200, "warn")) < PROMISED + MARGIN + READINESS
        assert place.ready("database") == (200, "pass")
        place.change("tag:unheard")
        until(lambda: len(heard) == 2, 2.0 + MARGIN)
        place.proxy.heal()
        until(lambda: place.ready("listener") == (200, "pass"))
        place.change("tag:heard-again")
        until(lambda: len(heard) == 3, MARGIN)


def test_while_the_database_is_silent_every_request_ends(place: Place, promise: Promise) -> None:
    until(lambda: place.statuses(PATHS) == {200})
    place.proxy.silence()
    began = time.monotonic()
    with ThreadPoolExecutor(len(PATHS)) as clients:
        answers = [answer for some in clients.map(lambda path: asked(place, path), PATHS) for answer in some]
    for sent, took, answer in answers:
        assert took < LONGEST + MARGIN, (took, answer.request.url, answer.text)
        if sent - began > PROMISED + MARGIN:
            assert_asked_to_come_back(answer)
    assert place.get("/health/live").status_code == 200
    assert place.ready("database") == (503, "fail")

    place.proxy.heal()
    place.change("tag:after-all")
    back = until(lambda: place.get(VERSION).status_code == 200, BACK + MARGIN)
    slowest = round(max(took for _, took, _ in answers), 2)
    promise(6, black_hole_s=SILENCE, asked=len(answers), slowest_s=slowest, back_after_s=round(back, 2))
    assert place.number() == 2
    until(lambda: place.ready("listener") == (200, "pass"))
    until(lambda: place.statuses(PATHS * 3) == {200}, BACK + MARGIN)


def test_of_many_silent_connections_only_the_first_costs_patience(place: Place) -> None:
    """Else each would cost a question its time, and questions wait for one another."""
    for version in range(2, 10):
        place.change(f"tag:crowd-{version}")
    place.proxy.silence(LISTENER)
    with ThreadPoolExecutor(len(CROWD)) as clients:
        until(lambda: list(clients.map(place.get, CROWD)) and place.connections() > 1)
        until(lambda: place.ready("listener") == (200, "warn"))  # so that nobody answers from memory
        place.proxy.silence()
        took = list(clients.map(lambda number: asked_after(place, number / 5), range(len(CROWD))))
    assert max(took) < LONGEST + MARGIN, took
    place.proxy.heal()
    until(lambda: place.get(VERSION).status_code == 200, BACK + MARGIN)
    until(lambda: place.statuses(CROWD) == {200}, BACK + MARGIN)


def asked_after(place: Place, seconds: float) -> float:
    time.sleep(seconds)
    began = time.monotonic()
    assert_asked_to_come_back(place.get(VERSION))
    return time.monotonic() - began


def asked(place: Place, path: str) -> list[tuple[float, float, httpx2.Response]]:
    """Ask for some seconds; say when each question was sent, and how long its answer took."""
    answers, until_ = [], time.monotonic() + SILENCE
    while (sent := time.monotonic()) < until_:
        answer = place.get(path)
        answers.append((sent, time.monotonic() - sent, answer))
    return answers


def assert_asked_to_come_back(answer: httpx2.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] in {"database_unavailable", "timed_out"}
    assert_problem(answer, 503, answer.json()["code"])
    assert int(answer.headers["retry-after"]) > 0


@contextmanager
def listening(place: Place) -> Iterator[list[str]]:
    """The tokens that a listener hears."""
    heard: list[str] = []

    def read(stream: httpx2.Response) -> None:
        with suppress(httpx2.HTTPError):
            heard.extend(line for line in stream.iter_lines() if line.startswith("id: "))

    with httpx2.stream("GET", place.url + EVENTS, timeout=PATIENCE) as stream:
        reader = Thread(target=read, args=[stream])
        reader.start()
        yield heard
        place.program.send(signal.SIGTERM)
        reader.join(PATIENCE)
