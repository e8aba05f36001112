"""A trace id for every request, around the whole application so that nothing escapes it."""

import re
import secrets
from collections.abc import Callable

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TRACEPARENT = re.compile(rb"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
_SCOPE_KEY = "wildside.trace_id"

log = structlog.get_logger()


def trace_id(scope: Scope) -> str:
    """Return the request's trace id: 32 hexadecimal digits."""
    found: str = scope.get(_SCOPE_KEY, "0" * 32)
    return found


class Tracing:
    """Takes the trace id from a valid `traceparent` (W3C Trace Context, section 3.2), else makes one.

    An exception that nobody handled is logged, and answered by `crashed` where nobody has.
    """

    def __init__(self, app: ASGIApp, crashed: Callable[[Scope], Response]) -> None:
        self._app, self._crashed = app, crashed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = scope[_SCOPE_KEY] = _from_traceparent(scope) or secrets.token_hex(16)
        started = finished = False

        async def send_traced(message: Message) -> None:
            nonlocal started, finished
            started, finished = True, not message.get("more_body") and message["type"] == "http.response.body"
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"trace-id", identity.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(trace_id=identity, path=scope["path"]):
            try:
                await self._app(scope, receive, send_traced)
            except Exception:
                log.exception("unhandled error")
                if started and not finished:
                    raise  # the server then cuts the connection, so that half an answer is not taken for all
                if not started:
                    await self._crashed(scope)(scope, receive, send_traced)


def _from_traceparent(scope: Scope) -> str | None:
    values = [value for name, value in scope["headers"] if name == b"traceparent"]
    found = _TRACEPARENT.fullmatch(values[0]) if len(values) == 1 else None
    if found is None:
        return None
    version, trace, span, more = found.groups()
    if (version == b"00" and more) or not int(trace, 16) or not int(span, 16):
        return None
    identity: str = trace.decode()
    return identity
