"""One line of the log for each request, once it is over, whatever became of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.testing import capture_logs

from tests.conftest import url_of_connection
from tests.http.counting import told
from tests.http.support import READS, Stores, application, client_of, client_over, over, started
from tests.http.test_health import sever
from tests.people import KEY, person
from wildside.inbound.http.metrics import Metrics
from wildside.inbound.http.tracing import Tracing
from wildside.inbound.http.watching import Watching

Lines = list[dict[str, Any]]
ROUTE = "0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11"


@contextmanager
def requests() -> Iterator[Lines]:
    """The lines of requests, with what is bound to them, when the context is over."""
    found: Lines = []
    with capture_logs(processors=[merge_contextvars]) as logs:
        yield found
    found += [dict(line) for line in logs if line["event"] == "request"]


async def get(app: ASGIApp, path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """Ask, and return the one line that this makes."""
    with requests() as lines:
        async with client_of(app) as client:
            with suppress(RuntimeError):
                await client.request(method, path, headers=headers)
    (line,) = lines
    return line


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "route"),
    [
        ("GET", READS[0], {}, 200, READS[0]),
        ("GET", READS[0], {"If-None-Match": "*"}, 304, READS[0]),
        ("GET", READS[2], {}, 200, "/api/v1/reference/{table}"),
        ("GET", "/nope", {}, 404, None),
        ("POST", READS[0], {}, 405, READS[0]),
        ("JUNK", READS[0], {}, 405, READS[0]),
        ("GET", "/api/v1/users/me", {}, 401, "/api/v1/users/me"),
        ("GET", f"{READS[0]}?wait=x", {}, 400, READS[0]),
        ("DELETE", "/api/v1/users/me", {"Sec-Fetch-Site": "cross-site"}, 403, None),
        ("POST", "/api/v1/login", {"Content-Length": "999999"}, 413, None),
    ],
)
async def test_a_request_is_one_line(
    method: str, path: str, headers: dict[str, str], status: int, route: str | None
) -> None:
    line = await get(over(Stores()), path, method, **headers)
    assert (line["method"], line["status"], line["route"]) == (method, status, route)
    assert (line["path"], line["log_level"], line["complete"]) == (path.partition("?")[0], "info", True)
    assert 0 < line["duration_ms"] < 10_000
    assert len(line["trace_id"]) == 32


async def test_bytes_are_those_that_travel() -> None:
    app = over(Stores())
    async with client_of(app) as client:
        whole = len((await client.get(READS[1], headers={"Accept-Encoding": "identity"})).content)
        packed = (await client.get(READS[1], headers={"Accept-Encoding": "gzip"})).num_bytes_downloaded
    assert (await get(app, READS[1], **{"Accept-Encoding": "identity"}))["bytes"] == whole
    assert (await get(app, READS[1], **{"Accept-Encoding": "gzip"}))["bytes"] == packed
    assert (await get(app, READS[1], "HEAD"))["bytes"] == 0
    assert (await get(app, READS[1], **{"If-None-Match": "*"}))["bytes"] == 0


async def test_an_error_that_nobody_foresaw_is_one_line_too() -> None:
    assert (await get(over(Stores(KeyError("x"))), READS[0]))["status"] == 500


async def test_probes_are_logged_only_when_they_fail() -> None:
    with requests() as lines:
        async with client_of(over(Stores())) as client:
            await client.get("/health/live")
            assert (await client.get("/health/ready")).status_code == 200
        async with client_over("postgresql://nobody@127.0.0.1:1/nowhere") as client:
            await client.get("/health/live")
            await client.get("/health/ready")
    assert [(line["route"], line["status"]) for line in lines] == [("/health/ready", 503)]


async def test_who_asked_is_an_id_and_only_of_their_own_requests(database_url: str) -> None:
    ada = person(database_url, "Ada Lovelace")
    with requests() as lines:
        async with client_over(database_url, session_keys=(KEY,)) as client:
            await client.get("/api/v1/users/me", headers=ada.headers)
            await client.get(f"/api/v1/routes/{ROUTE}")
    assert [line.get("user_id") for line in lines] == [str(ada.id), None]
    assert "Ada" not in str(lines)
    assert not get_contextvars()


# Answers that no route of ours gives, right behind the tracing.


class Seen:
    """What an application sends, and how many lines there were by then."""

    def __init__(self, answer: Callable[[Scope, Receive, Send], Any]) -> None:
        self.metrics = Metrics()
        self.app = Tracing(answer, lambda _scope: Response("broken", 500), Watching(self.metrics))
        self.sent: list[tuple[str, int]] = []
        self.during: list[float] = []
        self.leaves = asyncio.Event()

    async def ask(self) -> Lines:
        with capture_logs() as logs:

            async def send(message: Message) -> None:
                told_so_far = [line for line in logs if line["event"] == "request"]
                self.sent.append((message["type"].rpartition(".")[2], len(told_so_far)))
                self.during.append(told(self.metrics).value("wildside_event_listeners"))

            async def receive() -> Message:
                await self.leaves.wait()
                return {"type": "http.disconnect"}

            scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
            with suppress(OSError, asyncio.CancelledError):
                await self.app(scope, receive, send)
        assert told(self.metrics).value("wildside_http_requests_in_flight") == 0
        assert told(self.metrics).value("wildside_event_listeners") == 0
        return [dict(line) for line in logs if line["event"] == "request"]


async def test_the_line_comes_after_the_answer() -> None:
    seen = Seen(Response(b"abc"))
    (line,) = await seen.ask()
    assert seen.sent == [("start", 0), ("body", 0)]
    assert (line["status"], line["bytes"], line["complete"]) == (200, 3, True)


async def test_a_stream_is_told_at_its_end() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"cd"

    seen = Seen(StreamingResponse(parts()))
    (line,) = await seen.ask()
    assert {lines for _, lines in seen.sent} == {0}
    assert (line["bytes"], line["complete"]) == (4, True)
    assert seen.during == [0, 1, 1, 1]


async def test_a_stream_whose_listener_left_is_not_complete() -> None:
    seen: Seen

    async def parts() -> AsyncIterator[bytes]:
        yield b"ab"
        seen.leaves.set()
        await asyncio.Event().wait()

    seen = Seen(StreamingResponse(parts()))
    (line,) = await seen.ask()
    assert (line["status"], line["bytes"], line["complete"]) == (200, 2, False)


async def test_half_an_answer_is_not_complete() -> None:
    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ab", "more_body": True})
        raise OSError

    (line,) = await Seen(half).ask()
    assert (line["status"], line["bytes"], line["complete"]) == (200, 2, False)


async def test_who_left_before_an_answer_has_none() -> None:
    async def gone(_scope: Scope, _receive: Receive, _send: Send) -> None:
        return

    seen = Seen(gone)
    (line,) = await seen.ask()
    assert (line["status"], line["bytes"], line["complete"]) == (None, 0, False)
    assert told(seen.metrics).counts("wildside_http_requests_total", "status") == {("none",): 1}


async def test_what_is_cut_at_the_end_of_the_server_is_told_all_the_same() -> None:
    async def cut(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise asyncio.CancelledError

    (line,) = await Seen(cut).ask()
    assert (line["status"], line["complete"]) == (None, False)


async def test_the_listener_of_the_database_is_told_when_it_is_lost_and_when_it_is_back(
    seeded_connection: psycopg.Connection[Any],
) -> None:
    url, name = url_of_connection(seeded_connection), seeded_connection.info.dbname
    with capture_logs(processors=[merge_contextvars]) as logs:
        async with started(application(url)), asyncio.timeout(30):
            maintenance = sever(seeded_connection)
            while "listener lost" not in str(logs):  # noqa: ASYNC110 - only the log can tell
                await asyncio.sleep(0.01)
            with psycopg.connect(maintenance, autocommit=True) as other:
                other.execute(f"alter database {name} allow_connections true".encode())
            while "listener back" not in str(logs):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("listener lost", "warning"),
        ("listener back", "info"),
    ]
    assert len({line["trace_id"] for line in logs}) == 1
