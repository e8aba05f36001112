"""Clients that hold a connection open to be told: a listener of events, and one who waits for an answer."""

import http.client
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Event, Thread
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

import httpx2

from tests.cli.program import PATIENCE


class Listener:
    """Listens to server-sent events in a thread, and notes when each came."""

    def __init__(self, url: str, path: str, last: str | None = None) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        headers = {"Last-Event-ID": last} if last else {}
        self._connection.request("GET", path, headers=headers)
        # Taken now: http.client forgets it when the server says that the connection closes.
        self._socket = self._connection.sock
        self._response = self._connection.getresponse()
        assert self._response.status == 200, self._response.status
        self.tokens: list[tuple[float, str]] = []
        self.lines: list[str] = []
        self.ended = False
        self.broken: BaseException | None = None
        self._changed = Condition()
        self._thread = Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        try:
            while line := self._response.readline().decode():
                self._note(line.rstrip("\n"))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.broken = error
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _note(self, line: str) -> None:
        with self._changed:
            self.lines.append(line)
            if line.startswith("id: "):
                self.tokens.append((monotonic(), line.removeprefix("id: ")))
            self._changed.notify_all()

    def hears(self, token: str) -> float:
        """Wait for a token, and return when it came."""
        self.wait_until(lambda: token in [heard for _, heard in self.tokens])
        return next(at for at, heard in self.tokens if heard == token)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), self.lines

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self._response.close()
        self._connection.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Waiter:
    """Asks for an answer once there is a new one, until there is: after Retry-After, where it is told to."""

    def __init__(self, url: str, etag: str, seconds: int) -> None:
        self._url, self._etag, self._seconds = url, etag, seconds
        self.answers: list[tuple[float, httpx2.Response]] = []
        self.began = monotonic()
        self._closing = Event()
        self._thread = Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        with httpx2.Client(timeout=self._seconds + PATIENCE) as client:
            while not self._closing.is_set():
                answer = client.get(
                    self._url, params={"wait": self._seconds}, headers={"If-None-Match": self._etag}
                )
                self.answers.append((monotonic(), answer))
                if answer.status_code != 503:
                    return
                self._closing.wait(float(answer.headers["retry-after"]))

    @property
    def busy(self) -> bool:
        return self._thread.is_alive()

    def answer(self) -> tuple[float, httpx2.Response]:
        """Wait for the last answer, and return when it came."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "it still waits"
        assert self.answers, "it was cut off"
        return self.answers[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join(PATIENCE)
