"""One request on a connection of its own, as bytes, and what the server answers."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers with names in small letters, and the body; status 0 where there was no answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any] | None:
        """The problem document that it is, or None."""
        if self.headers.get("content-type") != "application/problem+json":
            return None
        found: dict[str, Any] = json.loads(self.body)
        return found


def ask(address: tuple[str, int], raw: bytes) -> Answer:
    """Send bytes, say that no more come, and read what is answered until the server closes."""
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        sending = Thread(target=_send, args=(connection, raw), daemon=True)
        sending.start()
        try:
            return _parsed(_received(connection))
        finally:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sending.join(PATIENCE)


def _send(connection: socket.socket, raw: bytes) -> None:
    """Send while the answer is read: a server that refuses need not read all."""
    with suppress(OSError):
        connection.sendall(raw)


def _received(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received or not _whole(received):
        try:
            chunk = connection.recv(1 << 16)
        except ConnectionResetError:
            break  # what it did not read of ours resets the connection, after its answer
        except TimeoutError:
            return b"silence"
        if not chunk:
            break
        received += chunk
    return received


def _whole(received: bytes) -> bool:
    """Whether all has come, for an answer that says how long it is."""
    head, _, body = received.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 101 "):
        return True  # what follows is of another protocol
    length = _headers(head).get("content-length")
    return length is not None and len(body) >= int(length)


def _headers(head: bytes) -> dict[str, str]:
    pairs = [line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:]]
    return {name.lower(): value.strip() for name, _, value in pairs}


def _parsed(received: bytes) -> Answer:
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 "):
        return Answer(0, {}, received)
    return Answer(int(head.split(b" ", 2)[1]), _headers(head), body)
