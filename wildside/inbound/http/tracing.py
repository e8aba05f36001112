"""A trace id for every request, around the whole application so that nothing escapes it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wildside.inbound.traces import continued, new_trace_id

_SCOPE_KEY = "wildside.trace_id"

log = structlog.get_logger()


def trace_id(scope: Scope) -> str:
    """Return the request's trace id: 32 hexadecimal digits."""
    found: str = scope.get(_SCOPE_KEY, "0" * 32)
    return found


@dataclass(slots=True)
class Exchange:
    """A request and what came of it: `sent` counts the bytes of the body that went to the server."""

    scope: Scope
    trace_id: str
    seconds: float = 0.0
    status: int | None = None
    """None while nothing is answered: for good, where the client left before."""
    sent: int = 0
    streams: bool = False
    """The answer comes in several parts: somebody listens."""
    finished: bool = False


class Watcher(Protocol):
    """Is told of each request, and neither waits nor fails."""

    def began(self) -> None:
        """Note that a request came."""
        ...

    def streams(self) -> None:
        """Note that its answer is a stream."""
        ...

    def ended(self, exchange: Exchange) -> None:
        """Note how it ended, after all of the answer was sent, or nothing more will be."""
        ...


class Unwatched:
    """Nobody looks."""

    def began(self) -> None: ...

    def streams(self) -> None: ...

    def ended(self, exchange: Exchange) -> None: ...


class Tracing:
    """Takes the trace id from a valid `traceparent` (W3C Trace Context, section 3.2), else makes one.

    An exception that nobody handled is logged, and answered by `crashed` where nobody has. `watcher` is
    told of every request once, whatever became of it.
    """

    def __init__(
        self, app: ASGIApp, crashed: Callable[[Scope], Response], watcher: Watcher | None = None
    ) -> None:
        self._app, self._crashed, self._watcher = app, crashed, watcher or Unwatched()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = scope[_SCOPE_KEY] = _from_traceparent(scope) or new_trace_id()
        exchange, began = Exchange(scope, identity), perf_counter()
        self._watcher.began()
        structlog.contextvars.bind_contextvars(trace_id=identity, path=scope["path"])
        try:
            await self._answered(exchange, receive, self._noting(exchange, send))
        finally:
            exchange.seconds = perf_counter() - began
            self._watcher.ended(exchange)
            structlog.contextvars.unbind_contextvars("trace_id", "path", "user_id")

    async def _answered(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        try:
            await self._app(exchange.scope, receive, send)
        except Exception:
            log.exception("unhandled error")
            if exchange.status is not None and not exchange.finished:
                raise  # the server then cuts the connection, so that half an answer is not taken for all
            if exchange.status is None:
                await self._crashed(exchange.scope)(exchange.scope, receive, send)

    def _noting(self, exchange: Exchange, send: Send) -> Send:
        """Send with the trace id, and note what was sent."""
        unsent = exchange.scope["method"] == "HEAD"  # the server leaves the body out

        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [*message["headers"], (b"trace-id", exchange.trace_id.encode())]
            elif message["type"] == "http.response.body":
                more = message.get("more_body", False)
                if more and not exchange.streams:
                    exchange.streams = True
                    self._watcher.streams()
                await send(message)
                exchange.sent += 0 if unsent else len(message.get("body", b""))
                exchange.finished = not more
                return
            await send(message)

        return traced


def _from_traceparent(scope: Scope) -> str | None:
    values = [value for name, value in scope["headers"] if name == b"traceparent"]
    return continued(values[0].decode("latin-1")) if len(values) == 1 else None
