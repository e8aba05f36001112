"""Claim 8: one process takes over from another, and nobody notices."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.cli.program import Program, environment
from tests.promises import Promise
from tests.trust.answers import Answer, ask
from wildside.inbound.http.server import reserve
from wildside.inbound.http.servers import SERVERS

MANY = 4_000 if os.environ.get("SOAK") else 1_000
HANDOVERS = 4 if os.environ.get("SOAK") else 2
CLIENTS = 4
PATIENCE = 60.0
ONCE = b"GET /api/v1/reference/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@contextmanager
def process(fd: int, url: str, server: str) -> Iterator[subprocess.Popen[str]]:
    """A server on a socket that it inherits; it answers when the context begins."""
    command = [sys.executable, "-m", "wildside", "serve", "--fd", str(fd), "--server", server]
    env = environment(DATABASE_URL=url, PYTHONUNBUFFERED="1", WILDSIDE_TIMEOUTS="acquire=5 linger=0.3")
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=env, pass_fds=[fd], stdout=subprocess.PIPE, stderr=quiet, text=True
    ) as one:
        try:
            assert one.stdout is not None
            assert "listening on" in one.stdout.readline()
            yield one
        finally:
            one.terminate()
            one.wait(PATIENCE)


def anew(address: tuple[str, int]) -> Answer:
    """Ask on a connection of its own."""
    return ask(address, ONCE)


def kept(client: httpx2.Client) -> Answer:
    """Ask on a connection that stays open as long as the server wants."""
    answer = client.get("/api/v1/reference/version")
    return Answer(answer.status_code, {}, answer.content)


def outcome(asking: Callable[[], Answer]) -> str:
    try:
        status = asking().status
    except httpx2.HTTPError as error:
        return repr(error)
    return "ok" if status == 200 else f"status {status}"


@pytest.mark.parametrize("server", SERVERS)
def test_a_rolling_restart_loses_nothing(released_url: str, server: str, promise: Promise) -> None:
    asked: Counter[str] = Counter()
    finished = Event()

    def client(number: int) -> None:
        """Half of them keep their connection, half do not; each goes on until the last handover is over."""
        with httpx2.Client(base_url="http://{}:{}".format(*address), timeout=PATIENCE) as mine:
            while asked["ok"] < MANY or not finished.is_set():
                asked[outcome(lambda: kept(mine) if number % 2 else anew(address))] += 1

    with reserve("127.0.0.1", 0) as listener, ExitStack() as programs, ThreadPoolExecutor(CLIENTS) as pool:
        address, fd = listener.getsockname(), listener.fileno()
        old = programs.enter_context(process(fd, released_url, server))
        clients = [pool.submit(client, number) for number in range(CLIENTS)]
        programs.callback(finished.set)
        for _ in range(HANDOVERS):
            new = programs.enter_context(process(fd, released_url, server))
            old.send_signal(signal.SIGTERM)
            assert old.wait(PATIENCE) == 0
            old = new
        finished.set()
        for each in clients:
            each.result(PATIENCE * 5)
    answered = asked.pop("ok")
    assert not asked, asked
    assert answered >= MANY
    promise(8, server=server, requests=answered, handovers=HANDOVERS, failed=0)


@pytest.mark.parametrize("server", SERVERS)
def test_who_is_told_to_stop_says_so_before_the_door_is_shut(released_url: str, server: str) -> None:
    env = {"DATABASE_URL": released_url, "WILDSIDE_TIMEOUTS": "linger=3"}
    with (
        Program("serve", "--port", "0", "--server", server, env=env) as program,
        httpx2.Client(base_url=program.url(), timeout=PATIENCE) as client,
    ):
        assert client.get("/health/ready").status_code == 200
        program.send(signal.SIGTERM)
        at = urlsplit(program.url())
        first = ask((str(at.hostname), int(at.port or 0)), b"GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n")
        while client.get("/health/ready").status_code == 200:
            pass  # the signal is on its way
        told = client.get("/health/ready")
        assert (told.status_code, told.json()["checks"]["process"]["status"]) == (503, "fail")
        assert first.status in {200, 503}
        # What comes nevertheless is answered, on a connection that ends with it.
        answer = client.get("/api/v1/reference/version")
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")
        assert client.get("/health/live").status_code == 200
        assert program.ended(PATIENCE) == 0, program.output
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{program.url()}/health/live")
