"""Which server speaks HTTP, and on which socket. What takes time is in test_deadlines and test_push."""

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from tests.cli.program import Program, environment, wildside
from tests.http.support import READS, assert_problem
from wildside.domain.command_errors import ServerFailed, ToolMissing
from wildside.inbound.http.server import reserve, run
from wildside.inbound.http.servers import SERVERS, server_named


@pytest.mark.parametrize("name", SERVERS)
def test_each_answers_the_same(released_url: str, server: httpx2.Client, name: str) -> None:
    command = ["serve", "--port", "0", "--server", name]
    with (
        Program(*command, env={"DATABASE_URL": released_url}) as program,
        httpx2.Client(base_url=program.url()) as client,
    ):
        for path in [*READS, "/docs/openapi.json", "/health/live"]:
            one, usual = client.get(path), server.get(path)
            assert (one.status_code, one.content) == (usual.status_code, usual.content)
            assert {*one.headers} == {*usual.headers}
        assert_problem(client.get("/nowhere"), 404, "not_found")
        assert_problem(client.post("/api/v1/login", content=b"1" * 300_000), 413, "payload_too_large")
        assert program.stop() == 0, program.output
    assert program.stderr[-1].startswith("{"), "its last word is of our log"
    assert "Traceback" not in program.output


async def test_who_is_told_to_stop_before_does_not_begin() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        pytest.fail("it began")

    listener = reserve("127.0.0.1", 0)
    await run(app, listener, lambda _url: pytest.fail("it answered"), lambda: True, asyncio.Event())
    assert listener.fileno() == -1


@pytest.mark.parametrize("name", SERVERS)
def test_a_small_answer_is_one_packet(released_url: str, name: str) -> None:
    with Program("serve", "--port", "0", "--server", name, env={"DATABASE_URL": released_url}) as program:
        address = urlsplit(program.url())
        with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
            for path in ["/health/live", "/api/v1/reference/tags", "/nowhere"]:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
                head, _, body = connection.recv(1 << 17).partition(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                assert length
                assert len(body) == int(length[1])


@pytest.mark.parametrize("name", SERVERS)
async def test_none_believes_whom_a_proxy_that_is_not_ours_names(name: str) -> None:
    heard: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        if message["type"] == "http.request":
            heard.append(scope["client"][0])
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        while message["type"].startswith("lifespan"):
            await send({"type": f"{message['type']}.complete"})
            message = await receive() if message["type"] == "lifespan.startup" else {"type": ""}

    listener, stop = reserve("127.0.0.1", 0), asyncio.Event()
    url = "http://{}:{}".format(*listener.getsockname())
    serving = asyncio.ensure_future(server_named(name).serve(app, listener, stop, 1.0))
    async with httpx2.AsyncClient() as client:
        await client.get(url, headers={"X-Forwarded-For": "192.0.2.1"})
    stop.set()
    await serving
    assert heard == ["127.0.0.1"]


@pytest.mark.parametrize("name", SERVERS)
async def test_an_application_that_does_not_start_is_told(name: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no"})

    with pytest.raises(Exception, match=r"(?i)start|lifespan") as told:
        await server_named(name).serve(app, reserve("127.0.0.1", 0), asyncio.Event(), 1.0)
    assert name == "hypercorn" or isinstance(told.value, ServerFailed)


def test_a_server_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    monkeypatch.delitem(sys.modules, "wildside.inbound.http.on_uvicorn", raising=False)
    with pytest.raises(ToolMissing, match=r"pip install 'wildside\[uvicorn\]'"):
        server_named("uvicorn")


@pytest.mark.parametrize("name", SERVERS)
def test_two_share_a_socket_that_they_inherit(released_url: str, name: str) -> None:
    with reserve("127.0.0.1", 0) as listener:
        number = listener.fileno()
        command = [sys.executable, "-m", "wildside", "serve", "--fd", str(number), "--server", name]
        env = environment(DATABASE_URL=released_url, PYTHONUNBUFFERED="1")
        both = [
            subprocess.Popen(command, env=env, pass_fds=[number], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
    for one in both:
        assert one.stdout is not None
        url = one.stdout.readline().removeprefix("listening on ").strip()
    for one in both:
        assert httpx2.get(f"{url}/health/live", timeout=20).status_code == 200
        one.terminate()
        one.communicate(timeout=20)
        assert one.returncode == 0
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/health/live")


def a_file() -> AbstractContextManager[object]:
    return Path(__file__).open()


def one_that_does_not_listen() -> AbstractContextManager[object]:
    return socket.socket()


@pytest.mark.parametrize("given", [nullcontext, a_file, one_that_does_not_listen])
def test_what_is_no_listening_socket_is_told(given: Callable[[], AbstractContextManager[object]]) -> None:
    with given() as opened:
        number = os.dup(opened.fileno()) if hasattr(opened, "fileno") else 99
        words = [sys.executable, "-m", "wildside", "serve", "--fd", str(number)]
        env = environment(DATABASE_URL="postgresql:///x")
        kept = [number] if number != 99 else []
        done = subprocess.run(
            words, env=env, pass_fds=kept, capture_output=True, text=True, timeout=20, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"--fd {number}: "), done.stderr


def test_a_port_beside_a_socket_is_refused() -> None:
    done = wildside("serve", "--fd", "3", "--port", "1", env={"DATABASE_URL": "postgresql:///x"})
    assert (done.returncode, "--fd" in done.stderr and "--port" in done.stderr) == (2, True)
