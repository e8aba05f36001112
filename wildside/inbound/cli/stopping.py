"""Being told to stop, at any step of a long command, without leaving half a step behind."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, TypeVar

from wildside.inbound.http.server import STOP_SIGNALS, ignore_stop_signals

T = TypeVar("T")


class _Told(KeyboardInterrupt):
    """CPython takes it for none of its own: where one of these meets `exec`, as of a dataclass that is being
    made, the process ends by SIGINT in the end, whoever caught it."""


class Stopping:
    """Turns the first SIGINT or SIGTERM into KeyboardInterrupt, and ignores the others.

    Plain code is interrupted where it stands. Code on an event loop is cancelled instead: an
    exception raised between its callbacks could be lost, or leave half a loop behind.
    """

    def __init__(self) -> None:
        self._told = False
        self._cancel: Callable[[], object] | None = None
        for number in STOP_SIGNALS:
            signal.signal(number, self._tell)
        sys.unraisablehook = _unless_interrupted

    def _tell(self, _number: int, _frame: FrameType | None) -> None:
        ignore_stop_signals()
        self._told = True
        if self._cancel is None:
            raise _Told
        self._cancel()

    @property
    def told(self) -> bool:
        """Whether we were told to stop."""
        return self._told

    def hold(self) -> None:
        """From now on only remember being told: somebody else will ask."""
        self._cancel = lambda: None

    def check(self) -> None:
        """Raise KeyboardInterrupt if we were told, wherever that was noticed or missed."""
        if self._told:
            raise KeyboardInterrupt

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on an event loop to its end, or cancel it when told to stop."""
        self.hold()
        try:
            return asyncio.run(self._cancellable(work))
        except asyncio.CancelledError as error:
            raise KeyboardInterrupt from error
        finally:
            self._cancel = None
            self.check()

    async def _cancellable(self, work: Coroutine[Any, Any, T]) -> T:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
        self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        if self._told:
            task.cancel()
        return await task


def _unless_interrupted(lost: "sys.UnraisableHookArgs") -> None:
    """Say nothing of an interrupt that fell into a destructor and was lost there: we were told."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
