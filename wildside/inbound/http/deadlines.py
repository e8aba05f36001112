"""A limit on how long a request may take us."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wildside.domain.errors import OutcomeUnknown, TimedOut
from wildside.inbound.http.problems import unavailable

_SCOPE_KEY = "wildside.clock"


class Deadline:
    """Answers 503 where a request takes us too long.

    Only our own time counts: neither what we wait for the client, to send its body, nor what it
    takes to read our answer, so that streams go on. Who waits on purpose says so by `extend`.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds) as timeout:
                clock = scope[_SCOPE_KEY] = _Clock(timeout)
                await self._app(scope, clock.receiving(receive), clock.sending(send))
        except TimeoutError:
            if not timeout.expired():
                raise
            await unavailable(scope, self._error(scope["method"]))(scope, receive, send)

    def _error(self, method: str) -> TimedOut | OutcomeUnknown:
        """Be honest: a change that is cut while it commits may have been made."""
        kind = TimedOut if method in {"GET", "HEAD", "OPTIONS"} else OutcomeUnknown
        return kind(f"no answer within {self._seconds} s")


def extend(scope: Scope, seconds: float) -> None:
    """Let a request take so many seconds more, since that is what its client wants."""
    clock: _Clock | None = scope.get(_SCOPE_KEY)
    if clock is not None:
        clock.extend(seconds)


class _Clock:
    """Stands while the client is at work, and for good once the answer has begun."""

    def __init__(self, timeout: asyncio.Timeout) -> None:
        self._timeout = timeout
        self._answering = False

    def extend(self, seconds: float) -> None:
        when = self._timeout.when()
        if when is not None:
            self._set(when + seconds)

    def receiving(self, receive: Receive) -> Receive:
        async def wait() -> Message:
            when, began = self._timeout.when(), _now()
            self._set(None)
            message = await receive()
            if when is not None and not self._answering:
                self._set(when + _now() - began)
            return message

        return wait

    def sending(self, send: Send) -> Send:
        async def answer(message: Message) -> None:
            self._answering = True
            self._set(None)
            await send(message)

        return answer

    def _set(self, when: float | None) -> None:
        if not self._timeout.expired():
            self._timeout.reschedule(when)


def _now() -> float:
    return asyncio.get_running_loop().time()
