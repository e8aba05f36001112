"""The backend's stream of server-sent events (HTML Living Standard, section 9.2), line by line."""

import asyncio
import contextlib
import http.client
import socket
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from threading import Thread
from typing import Literal

from wildside.client.errors import BackendUnavailable

SILENCE = 35.0
"""Seconds without a single byte after which a stream is dead: the backend says something each 15 s."""

_LONGEST_LINE = 4096

_FIRST, _LAST = 1.0, 30.0

Ask = Callable[[float], http.client.HTTPConnection]
"""Seconds for each read → a connection on which the stream has been asked for."""


@dataclass(frozen=True, slots=True)
class Event:
    """`text` is the token of a release, the text of a comment, or milliseconds in decimal digits."""

    kind: Literal["release", "comment", "retry"]
    text: str


CONFIRMED = Event("comment", "still here")
"""The release that was told last is still the newest."""


class Delay:
    """How long to wait before the next stream: what the backend asked for, twice that after each failure."""

    def __init__(self, spread: Callable[[], float]) -> None:
        self._spread = spread
        self._retry = _FIRST
        self._failures = 0

    def note(self, event: Event) -> None:
        """A stream that says something is no failure."""
        self._failures = 0
        if event.kind == "retry":
            self._retry = min(int(_LAST * 1000), int(event.text)) / 1000

    def next(self) -> float:
        """Return seconds, between half and all of what is due."""
        due: float = min(_LAST, self._retry * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        return due * (1 + self._spread()) / 2


class _Reader(Thread):
    """Reads in a thread of its own, for a stream may live as long as the process."""

    def __init__(self, ask: Ask, tell: Callable[[Event | BackendUnavailable | None], None]) -> None:
        super().__init__(daemon=True)
        self._ask, self._tell = ask, tell
        self._socket: socket.socket | None = None
        self._left = False

    def leave(self) -> None:
        """Let it end; one that still connects ends after the first line it gets."""
        self._left = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Tell all that the stream says, and last how it ended: None, or what broke it."""
        try:
            with contextlib.closing(self._ask(SILENCE)) as connection:
                self._socket = connection.sock
                self._tell_all(connection.getresponse())
        except BackendUnavailable as error:
            self._tell(error)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._tell(BackendUnavailable(f"the stream broke: {error or type(error).__name__}"))
        else:
            self._tell(None)

    def _tell_all(self, response: http.client.HTTPResponse) -> None:
        with response:
            if response.status != 200:
                raise BackendUnavailable(f"the backend answered {response.status}")
            for event in parse_events(iter(lambda: response.readline(_LONGEST_LINE), b"")):
                if self._left:
                    return
                self._tell(event)


async def read_events(ask: Ask) -> AsyncGenerator[Event, None]:
    """Yield what a stream says until it ends. Raises BackendUnavailable. To be closed by who reads it."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[Event | BackendUnavailable | None]()

    def tell(item: Event | BackendUnavailable | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be gone before the thread
            loop.call_soon_threadsafe(queue.put_nowait, item)

    reader = _Reader(ask, tell)
    reader.start()
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, BackendUnavailable):
                raise item
            yield item
    finally:
        reader.leave()


def parse_events(lines: Iterable[bytes]) -> Iterable[Event]:
    """Read lines of a stream; an event counts once the empty line after it is there."""
    kind = token = ""
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        name, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if not text:
            if kind == "release" and token:
                yield Event("release", token)
            kind = token = ""
        elif not name:
            yield Event("comment", value)
        elif name == "event":
            kind = value
        elif name == "id":
            token = value
        elif name == "retry" and value.isascii() and value.isdigit():
            yield Event("retry", value)
