"""Bodies that nobody reads, on a server that has little room for them."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Unread:
    """Takes what is still coming of a body while the end of the answer is sent.

    Hypercorn has room for ten pieces of a body. Where more came and the application has answered
    without them, it waits for room to tell the application of the end, which nobody would make: the
    connection would stay for ever.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _has_none(scope):
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body", False):
                await send(message)
                return
            taking = asyncio.ensure_future(_take(receive))
            try:
                await send(message)
            finally:
                taking.cancel()

        await self._app(scope, receive, sending)


def _has_none(scope: Scope) -> bool:
    """Is it sure that no body comes? Of HTTP/2 a head does not tell."""
    names = {name for name, _ in scope["headers"]}
    return scope["http_version"] == "1.1" and not names & {b"content-length", b"transfer-encoding"}


async def _take(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
