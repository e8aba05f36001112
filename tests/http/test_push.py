"""Being told of a new release: late answers, streams, and a listener that is killed."""

import asyncio
import re
import time
from collections.abc import Iterator
from threading import Thread
from types import SimpleNamespace
from typing import LiteralString, cast

import httpx2
import psycopg
import pytest

from tests.builders import Mail
from tests.cli.program import Program
from tests.http.support import REFERENCE, Stores, assert_problem
from wildside.domain.errors import Unavailable
from wildside.inbound.http import push
from wildside.inbound.http.servers import SERVERS
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Database
from wildside.usecases.current_release import CurrentRelease

VERSION, EVENTS = f"{REFERENCE}/version", f"{REFERENCE}/events"
_LISTENER: LiteralString = """
  from pg_stat_activity
 where application_name = 'wildside listener' and datname = current_database()
"""
KILL = "select pg_terminate_backend(pid)" + _LISTENER
LIVES = "select count(*)" + _LISTENER
BUSY = """
select count(*)
  from pg_stat_activity
 where application_name = 'wildside serve' and datname = current_database()
   and state_change > clock_timestamp() - interval '0.5 s'
"""
STILL = b": still here\n\n"
BOUND = 1.0
"""Seconds after which what is served may not be stale, whatever became of the listener."""


class Place:
    """A real server, its database, and a client of each."""

    def __init__(self, program: Program, url: str, client: httpx2.Client) -> None:
        self.program, self.client = program, client
        self.admin = psycopg.connect(url, autocommit=True)

    def change(self, icon: str) -> None:
        self.admin.execute("update tags set icon = %s where slug = 'coffee'", [icon])

    def token(self) -> str:
        token: str = self.client.get(VERSION).json()["referenceVersion"]
        return token

    def listeners(self) -> int:
        row = self.admin.execute(LIVES).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture(params=SERVERS)
def place(seeded_url: str, request: pytest.FixtureRequest) -> Iterator[Place]:
    command = ["serve", "--port", "0", "--server", request.param]
    with (
        Program(*command, env={"DATABASE_URL": seeded_url}) as program,
        httpx2.Client(base_url=program.url(), timeout=20) as client,
    ):
        opened = Place(program, seeded_url, client)
        yield opened
        opened.admin.close()


def test_a_client_that_waits_is_answered_as_soon_as_there_is_another(place: Place) -> None:
    known = place.client.get(VERSION)
    with httpx2.Client(base_url=place.client.base_url, timeout=20) as other:
        request = other.build_request(
            "GET", f"{VERSION}?wait=15", headers={"If-None-Match": known.headers["etag"]}
        )
        answers: list[httpx2.Response] = []
        waiting = Thread(target=lambda: answers.append(other.send(request)))
        waiting.start()
        time.sleep(0.3)
        assert answers == []
        place.change("tag:waited")
        waiting.join(5)
    assert [answer.status_code for answer in answers] == [200]
    assert answers[0].json()["referenceVersion"] != known.json()["referenceVersion"]


def test_a_client_that_waits_in_vain_is_told_that_nothing_changed(place: Place) -> None:
    etag = place.client.get(VERSION).headers["etag"]
    started = time.monotonic()
    response = place.client.get(f"{VERSION}?wait=1", headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert 0.9 < time.monotonic() - started < 5


@pytest.mark.parametrize("wait", ["61", "-1", "x", "1.5"])
def test_a_wait_that_is_none_is_wrong(server: httpx2.Client, wait: str) -> None:
    document = assert_problem(server.get(VERSION, params={"wait": wait}), 400, "invalid_request")
    assert document["errors"][0]["parameter"] == "wait"


def read_until(lines: Iterator[str], pattern: str) -> str:
    for line in lines:
        if re.match(pattern, line):
            return line
    raise AssertionError(f"the stream ended without {pattern}")


def test_a_stream_tells_each_release_and_ends_politely(place: Place) -> None:
    with place.client.stream("GET", EVENTS) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert read_until(lines, "retry: [1-5]")
        first = read_until(lines, "id: ")
        place.change("tag:streamed")
        second = read_until(lines, "id: ")
        assert first != second
        with httpx2.Client(base_url=place.client.base_url) as other:
            token = other.get(VERSION).json()["referenceVersion"]
        assert second == f"id: {token}"
        place.program.send(15)
        assert read_until(lines, "retry: [1-5]")


def test_who_knows_the_newest_is_told_the_next_only(place: Place) -> None:
    token = place.token()
    with place.client.stream("GET", EVENTS, headers={"Last-Event-ID": token}) as stream:
        lines = stream.iter_lines()
        read_until(lines, "retry: ")
        place.change("tag:next")
        assert read_until(lines, "id: ") != f"id: {token}"


def test_nothing_is_asked_while_nothing_changes(place: Place) -> None:
    place.token()
    time.sleep(0.7)
    for _ in range(20):
        place.token()
    row = place.admin.execute(BUSY).fetchone()
    assert row is not None
    assert row[0] == 0


def test_a_change_is_seen_though_the_listener_was_killed(place: Place) -> None:
    for number in range(3):
        before = place.token()
        place.admin.execute(KILL)
        place.change(f"tag:killed-{number}")
        deadline = time.monotonic() + BOUND
        while place.token() == before:
            assert time.monotonic() < deadline
        again = time.monotonic() + 10
        while place.listeners() != 1:
            assert time.monotonic() < again
            time.sleep(0.02)


async def test_a_silent_stream_says_whether_what_it_told_is_still_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, seconds in {"HEARTBEAT": 0.02, "DEBOUNCE": 0, "UNHEARD": 0.01}.items():
        monkeypatch.setattr(push, name, seconds)
    stores, news = Stores(), Mail()
    current = CurrentRelease(cast(Database, stores), news)
    state = {"news": news, "current_release": current, "draining": asyncio.Event()}
    stream = push._stream(cast(ApiRequest, SimpleNamespace(headers={}, state=state)))
    told = [await anext(stream) for _ in range(4)]
    assert [told[0][:5], told[1][:3], *told[2:]] == [b"retry", b"id:", STILL, STILL]
    stores.error, news.mark = Unavailable("the database is away"), None
    assert await anext(stream) == b": the database is away\n\n"
    stores.error = None
    assert await anext(stream) == STILL
