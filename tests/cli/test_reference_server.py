"""Asking a running server: whole answers as they were sent, or one clear error."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wildside.domain.command_errors import BackendUnavailable
from wildside.outbound.reference_server import HttpReferenceServer
from wildside.ports.parity import Reply

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"


@contextmanager
def saying(answer: bytes, *, close: bool = True) -> Iterator[str]:
    """A server that says the same to whoever comes, and then closes the connection or keeps quiet."""
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)
            if not close:
                done.wait()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            done.set()
            thread.join()


async def test_an_answer_is_as_it_was_sent() -> None:
    with saying(HEAD + b"\xff{ }") as url:
        assert await HttpReferenceServer(url).get("/version") == Reply(200, b"\xff{ }")
    with saying(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as url:
        assert await HttpReferenceServer(url).get("/version") == Reply(404, b"")


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", HEAD, HEAD + b"{ "])
async def test_half_an_answer_is_none(answer: bytes) -> None:
    with saying(answer) as url, pytest.raises(BackendUnavailable, match="cannot be reached"):
        await HttpReferenceServer(url).get("/version")


@pytest.mark.parametrize("answer", [b"", HEAD + b"{"])
async def test_an_answer_that_never_ends_is_none(answer: bytes) -> None:
    with saying(answer, close=False) as url, pytest.raises(BackendUnavailable, match="cannot be reached"):
        await HttpReferenceServer(url, timeout=0.2).get("/version")
