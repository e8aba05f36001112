"""Around every page of the console: what browsers may do with it, and what is wrong as a page of its own.

The API's problem documents stay the one place where errors become status codes; here they are put into
words for people, whoever of the whole application made them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wildside.inbound.console.rendering import rendered
from wildside.inbound.console.targets import target
from wildside.inbound.http.problems import MEDIA_TYPE

LOGIN = "/console/login"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it forms are sent with the origin "null", which is nobody's.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer, unless it has its own."""


class Frame:
    """Leaves all other paths alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and f"{scope['path']}/".startswith("/console/"):
            send = _Answer(scope, send)
        await self._app(scope, receive, send)


class _Answer:
    """Passes an answer on with our headers; a problem is held until it is whole, and sent as a page."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._problem: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            message = {**message, "headers": headers.raw}
            if headers.get("content-type") == MEDIA_TYPE:
                self._problem = message
                return
        elif self._problem is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._problem)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        content = (await _page(self._scope, json.loads(self._body))).encode()
        headers = MutableHeaders(raw=start["headers"])
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers["Content-Length"] = str(len(content))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": content})


async def _page(scope: Scope, problem: Mapping[str, Any]) -> str:
    path, status = scope["path"], problem["status"]
    problem = {**problem, "errors": [_fault(one) for one in problem.get("errors", ())]}
    checks = await scope["state"]["readiness"]() if status == 503 else {}
    if status != 401 and path != LOGIN:
        return rendered("problem.html", path, {"problem": problem, "checks": checks})
    # Who was on the way to a page is led there; who tried to log in is told why it did not work.
    query = scope["query_string"].decode("ascii", "replace")
    asked = _first(parse_qs(query).get("next")) if path == LOGIN else f"{path}?{query}" if query else path
    told = problem if path == LOGIN else None
    return rendered("login.html", path, {"next": target(asked), "problem": told, "checks": checks})


def _fault(error: Mapping[str, str]) -> Mapping[str, str]:
    """Say where it is, whatever kind of place that is."""
    where = next(error[kind] for kind in ("parameter", "pointer", "header") if kind in error)
    return {**error, "where": where}


def _first(values: Sequence[str] | None) -> str:
    return values[0] if values else ""
