"""Clients that hold a connection open to be told: a listener of events, and one who waits for an answer."""

import http.client
import json
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Event, Thread
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

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


@dataclass(frozen=True)
class Told:
    """An answer, and when it came."""

    at: float
    status: int
    token: str | None


class Waiter:
    """Asks for an answer once there is a new one, until there is: after Retry-After, where it is told to."""

    def __init__(self, url: str, path: str, seconds: int) -> None:
        self._url, self._patience = urlsplit(url), seconds + PATIENCE
        known = self._sent(path)
        self._etag = known.getresponse().headers["etag"]
        known.close()
        self._path = f"{path}?wait={seconds}"
        self.answers: list[Told] = []
        self._closing = Event()
        self.began = monotonic()
        self._thread = Thread(target=self._wait, args=[self._sent(self._path, self._etag)])
        self._thread.start()

    def _sent(self, path: str, etag: str = "") -> http.client.HTTPConnection:
        made = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=self._patience)
        made.request("GET", path, headers={"If-None-Match": etag} if etag else {})
        return made

    def _wait(self, connection: http.client.HTTPConnection) -> None:
        while True:
            response = connection.getresponse()
            content = json.loads(response.read() or b"{}")
            self.answers.append(Told(monotonic(), response.status, content.get("referenceVersion")))
            connection.close()
            if response.status != 503 or self._closing.wait(float(response.headers["retry-after"])):
                return
            connection = self._sent(self._path, self._etag)

    @property
    def busy(self) -> bool:
        return self._thread.is_alive()

    def answer(self) -> "Told":
        """Wait for the last answer."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "it still waits"
        assert self.answers, "it was cut off"
        return self.answers[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join(PATIENCE)
