"""HTTP/1.1 by uvicorn, httptools and uvloop, which come with an extra."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import uvicorn
import uvloop
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wildside.domain.command_errors import ServerFailed
from wildside.inbound.http.servers import BACKLOG, LARGE, SETTLE

new_event_loop = uvloop.new_event_loop
_NOT_STARTED = "the application did not start; the log says why"


class _Joining:
    """A transport that writes at once what comes in one turn of the loop: the head with its body.

    Each write is a call of the kernel, a packet, and one more time that the client wakes.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Hold it until the turn ends, unless it is much: then who writes must learn to wait."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)
        self._size += len(data)
        if self._size > LARGE:
            self._flush()

    def close(self) -> None:
        """Close once all is sent."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held, self._held, self._size = self._held, [], 0
        if held and not self._transport.is_closing():
            self._transport.writelines(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Protocol(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, _Joining(transport, self.loop)))


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the caller."""
        yield


async def on_uvicorn(app: ASGIApp, listener: socket.socket, stop: asyncio.Event, drain: float) -> None:
    """HTTP/1.1 only."""
    server = _Server(_config(app, drain))
    with listener:
        working = asyncio.create_task(_ended(server.serve([listener])))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for each in getattr(server, "servers", ()):  # of asyncio; none where it did not start
            each.close()
        await asyncio.wait({working}, timeout=SETTLE)
        server.should_exit = True
        await working
        if not server.started:
            raise ServerFailed(_NOT_STARTED)


def _config(app: ASGIApp, drain: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        # X-Forwarded-For is believed as far as `--proxy-hops` says, by the application.
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=cast(int, drain),  # it takes parts of a second too
    )


async def _ended(serving: Awaitable[None]) -> None:
    """Make an error of the SystemExit by which uvicorn tells that the application did not start."""
    try:
        await serving
    except SystemExit as error:
        raise ServerFailed(_NOT_STARTED) from error
