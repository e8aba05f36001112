"""Where the metrics are to be had, and how long."""

import signal
import socket
from collections.abc import Callable
from time import monotonic, sleep
from urllib.parse import urlsplit

import httpx2

from tests.cli.program import PATIENCE, Program, wildside
from tests.http.support import NOWHERE

START = (
    b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
)
"""Of a request whose body is still to come."""


def test_a_port_in_use_is_told_with_the_option_that_chooses_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        env = {"DATABASE_URL": NOWHERE, "WILDSIDE_METRICS_BIND": bind}
        done = wildside("serve", "--port", "0", env=env)
    assert done.returncode == 5, done.stderr
    assert f"cannot listen on {bind} (Address already in use); choose another --metrics-bind" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_metrics_are_to_be_had_without_a_database_and_until_the_last_answer() -> None:
    options = ("serve", "--port", "0", "--metrics-bind", "127.0.0.1:0")
    with Program(*options, env={"DATABASE_URL": NOWHERE}) as program:
        api = urlsplit(program.url())
        metrics = program.wait_for("metrics at ").removeprefix("metrics at ")
        with socket.create_connection((api.hostname or "", api.port or 0)) as client:
            client.sendall(START)
            until(lambda: "wildside_http_requests_in_flight 1.0" in httpx2.get(metrics).text)
            program.send(signal.SIGTERM)
            until(lambda: refused(api.hostname or "", api.port or 0))
            told = httpx2.get(metrics).text
        assert program.ended() == 0
    assert "wildside_http_requests_in_flight 1.0" in told
    assert "wildside_database_up 0.0" in told
    assert "wildside_sessions " not in told


def until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline
        sleep(0.02)


def refused(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False
