"""How long things may take: requests, bodies, and the end of the server."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from tests.http.effects import Effects, application
from tests.http.support import assert_problem, client_of, started
from tests.people import Person, person
from wildside.inbound.http.server import reserve, serving
from wildside.inbound.http.servers import SERVERS, AsgiServer, server_named
from wildside.settings import Timeouts

SHORT = Timeouts(lock=0.05, statement=0.1, command=0.15, request=0.3, drain=5.0, acquire=0.25, body=0.3)
WAITING = Timeouts(lock=0.5, statement=1.0, command=1.2, request=2.0, drain=5.0, acquire=0.5, body=2.0)
"""For those who wait longer than a request may take: the first read of a release takes its time."""
LONG = 5.0
"""Far above every time of SHORT, on a busy machine too."""


@asynccontextmanager
async def asked(url: str, effects: Effects | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    async with started(application(url, effects, timeouts=SHORT)) as app, client_of(app) as client:
        yield client


async def forever(_session: Any) -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize(("method", "code"), [("GET", "timed_out"), ("POST", "outcome_unknown")])
async def test_a_request_that_takes_us_too_long_is_ended(effects_url: str, method: str, code: str) -> None:
    effects, ada, began = Effects(), person(effects_url), time.monotonic()
    effects.inside = forever
    async with asked(effects_url, effects) as client:
        body: Any = {"json": {"value": "late"}} if method == "POST" else {}
        answer = await client.request(method, "/effects", headers=ada.headers, **body)
        assert_problem(answer, 503, code)
        assert int(answer.headers["retry-after"]) > 0
        assert SHORT.request <= time.monotonic() - began < LONG
        effects.inside = None
        assert (await client.get("/effects", headers=ada.headers)).json() == {"effects": 0}


async def test_a_time_out_that_is_no_deadline_of_ours_is_our_fault(effects_url: str) -> None:
    effects, ada = Effects(), person(effects_url)

    async def fail(_session: Any) -> None:
        raise TimeoutError("of something else")

    effects.inside = fail
    with capture_logs():
        async with asked(effects_url, effects) as client:
            assert_problem(await client.get("/effects", headers=ada.headers), 500, "internal_error")


async def test_whoever_waits_for_news_may_do_so_longer_than_a_request(seeded_url: str) -> None:
    async with started(application(seeded_url, timeouts=WAITING)) as app, client_of(app) as client:
        path = "/api/v1/reference/version"
        etag = (await client.get(path)).headers["etag"]
        began = time.monotonic()
        answer = await client.get(f"{path}?wait=3", headers={"If-None-Match": etag})
        assert answer.status_code == 304, answer.text
        assert time.monotonic() - began > WAITING.request * 1.2


def lines(sent: bytes, address: tuple[str, int]) -> bytes:
    """Send bytes, and return all that comes within some seconds."""
    with socket.create_connection(address, timeout=LONG) as connection:
        connection.sendall(sent)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def start_of_post(who: Person, length: int) -> bytes:
    head = [
        "POST /effects HTTP/1.1",
        "Host: test",
        "Content-Type: application/json",
        f"Content-Length: {length}",
        f"Cookie: {who.headers['Cookie']}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


@asynccontextmanager
async def on_a_socket(app: ASGIApp, server: AsgiServer) -> AsyncIterator[tuple[str, int]]:
    listener = reserve("127.0.0.1", 0)
    address = listener.getsockname()
    async with serving(app, listener, asyncio.Event(), server=server):
        yield address


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> AsgiServer:
    return server_named(request.param)


async def test_a_body_that_does_not_come_in_time_is_not_waited_for(
    effects_url: str, server: AsgiServer
) -> None:
    ada, began = person(effects_url), time.monotonic()
    app = application(effects_url, timeouts=SHORT)
    async with on_a_socket(app, server) as address:
        received = await asyncio.to_thread(lines, start_of_post(ada, 100) + b'{"value"', address)
        assert time.monotonic() - began < LONG
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 "), received
    assert b"content-type: application/problem+json" in head.lower()
    assert b'"request_timeout"' in body


async def test_a_slow_body_does_not_count_as_our_time(effects_url: str, server: AsgiServer) -> None:
    ada = person(effects_url)
    patient = Timeouts(lock=0.05, statement=0.1, command=0.15, request=0.3, drain=5.0, acquire=0.25)

    async def slowly() -> AsyncIterator[bytes]:
        for piece in (b"{", b'"value"', b":", b'"slow"', b"}"):
            await asyncio.sleep(0.15)
            yield piece

    async with (
        on_a_socket(application(effects_url, timeouts=patient), server) as (host, port),
        httpx2.AsyncClient(base_url=f"http://{host}:{port}") as client,
    ):
        headers = {**ada.headers, "Content-Type": "application/json"}
        answer = await client.post("/effects", content=slowly(), headers=headers)
    assert answer.status_code == 201, answer.text


async def test_clients_that_go_in_the_middle_leave_no_trace_of_a_fault(
    effects_url: str, server: AsgiServer
) -> None:
    ada = person(effects_url)

    def go(address: tuple[str, int], reset: bool) -> None:
        connection = socket.create_connection(address)
        connection.sendall(start_of_post(ada, 100) + b'{"value"')
        time.sleep(0.1)
        if reset:
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()

    with capture_logs() as logs:
        async with on_a_socket(application(effects_url), server) as address:
            await asyncio.gather(*(asyncio.to_thread(go, address, number % 2 > 0) for number in range(6)))
            async with asyncio.timeout(LONG):
                while len([log for log in logs if log["event"] == "client_gone"]) < 6:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
    assert {log["event"] for log in logs} <= {"client_gone", "request"}, logs
    assert {log["status"] for log in logs if log["event"] == "request"} == {None}, logs


async def test_a_stream_goes_on_longer_than_a_request(seeded_url: str, server: AsgiServer) -> None:
    async with on_a_socket(application(seeded_url, timeouts=WAITING), server) as (host, port):
        client = httpx2.AsyncClient(base_url=f"http://{host}:{port}", timeout=LONG)
        async with client, client.stream("GET", "/api/v1/reference/events") as stream:
            began, received = time.monotonic(), stream.aiter_bytes()
            heard = b""
            while b"event: release" not in heard:
                heard += await anext(received)
            await asyncio.sleep(WAITING.request * 1.2)
            assert stream.status_code == 200
            with pytest.raises((TimeoutError, httpx2.ReadTimeout)):
                async with asyncio.timeout(0.2):
                    await anext(received)  # nothing comes, and it does not end either
            assert time.monotonic() - began > WAITING.request * 1.2


@pytest.mark.parametrize(("drain", "work", "finishes"), [(LONG * 2, 0.8, True), (0.4, LONG * 4, False)])
async def test_requests_in_flight_get_so_long_to_finish(
    effects_url: str, server: AsgiServer, drain: float, work: float, finishes: bool
) -> None:
    effects, ada, at_work = Effects(), person(effects_url), asyncio.Event()

    async def a_while(_session: Any) -> None:
        at_work.set()
        await asyncio.sleep(work)

    effects.inside = a_while
    listener, stop = reserve("127.0.0.1", 0), asyncio.Event()
    host, port = listener.getsockname()
    async with httpx2.AsyncClient(base_url=f"http://{host}:{port}") as client:
        async with serving(application(effects_url, effects), listener, stop, drain, server):
            asking = asyncio.create_task(client.post("/effects", json={"value": "x"}, headers=ada.headers))
            await at_work.wait()
            began = time.monotonic()
        assert time.monotonic() - began < LONG
        (answer,) = await asyncio.gather(asking, return_exceptions=True)
    assert (isinstance(answer, httpx2.Response) and answer.status_code == 201) == finishes
