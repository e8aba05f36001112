"""What can happen to bytes on their way through tests/proxy.py."""

import time
from collections.abc import Callable
from enum import Enum, auto
from threading import Lock

Wanted = Callable[[bytes], bool]
"""Whose connections: those whose first packet is such."""


class Fate(Enum):
    """What becomes of a piece, and of its connection."""

    PASSED = auto()
    LOST = auto()
    ENDED = auto()
    RESET = auto()


Met = tuple[Fate, bytes]
"""What becomes of a piece, and how much of it still gets through."""


class Fault:
    """None: everything passes. `back`: the piece is of an answer."""

    def met(self, way: object, chunk: bytes, *, back: bool) -> Met:
        return Fate.PASSED, chunk


class Silence(Fault):
    def met(self, way: object, chunk: bytes, *, back: bool) -> Met:
        return Fate.LOST, b""


class Drop(Fault):
    def met(self, way: object, chunk: bytes, *, back: bool) -> Met:
        return Fate.ENDED, b""


class Delay(Fault):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def met(self, way: object, chunk: bytes, *, back: bool) -> Met:
        time.sleep(self._seconds)
        return Fate.PASSED, chunk


class Reset(Fault):
    def __init__(self, size: int) -> None:
        self._size = size
        self._passed: dict[int, int] = {}  # each written by the one thread that brings its answers

    def met(self, way: object, chunk: bytes, *, back: bool) -> Met:
        if not back:
            return Fate.PASSED, chunk
        passed = self._passed.get(id(way), 0)
        self._passed[id(way)] = passed + len(chunk)
        if passed + len(chunk) < self._size:
            return Fate.PASSED, chunk
        return Fate.RESET, chunk[: self._size - passed]


class Break(Fault):
    """Once, at a round trip. `trips` is how many have begun, `broke` whether it has come to that."""

    def __init__(self, trip: int, *, answered: bool) -> None:
        self.trips, self.broke = 0, False
        self._trip, self._answered = trip, answered
        self._asking: dict[int, int] = {}
        """Connections that wait for an answer → the number of their round trip."""
        self._lock = Lock()

    def met(self, way: object, chunk: bytes, *, back: bool) -> Met:
        with self._lock:
            trip = self._asking.pop(id(way), 0) if back else self._begun(id(way))
            if self.broke or trip != self._trip or back != self._answered:
                return Fate.PASSED, chunk
            self.broke = True
            return Fate.RESET, b""

    def _begun(self, way: int) -> int:
        if way not in self._asking:
            self.trips += 1
            self._asking[way] = self.trips
        return self._asking[way]
