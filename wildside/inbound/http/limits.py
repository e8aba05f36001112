"""A limit on request bodies, by what is announced and by what arrives."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wildside.inbound.http.problems import problem


class BodyLimit:
    """Answers 413 with a problem, which Starlette's own limit would send as plain text."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if _exceeds(announced, self._limit):
            await problem(scope, 413, self._detail)(scope, receive, send)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, receive_limited, send)

    @property
    def _detail(self) -> str:
        return f"A request body may have {self._limit} bytes."


def _exceeds(announced: str, limit: int) -> bool:
    """Compare digits with a limit, however many digits there are; what is no number is not compared."""
    digits = announced.lstrip("0")
    return announced.isdecimal() and (len(digits), digits) > (len(str(limit)), str(limit))
