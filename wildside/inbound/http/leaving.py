"""The time between being told to stop and stopping."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSE = (b"connection", b"close")


class Leaving:
    """Closes each connection with its answer once `draining` is set.

    A client that sends its next request just as an idle connection is closed cannot tell whether it arrived.
    """

    def __init__(self, app: ASGIApp, draining: asyncio.Event) -> None:
        self._app, self._draining = app, draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope.get("http_version", "").startswith("1"):
            await self._app(scope, receive, send)
            return

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and self._draining.is_set():
                kept = [pair for pair in message["headers"] if pair[0].lower() != _CLOSE[0]]
                message = {**message, "headers": [*kept, _CLOSE]}
            await send(message)

        await self._app(scope, receive, closing)
