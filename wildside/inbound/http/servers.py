"""The ASGI servers that may run the application: Hypercorn, and what comes with an extra.

Each serves on a listening socket until `stop` is set, then lets requests in flight finish within `drain`
seconds. Signals are the caller's.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import h11
import hypercorn.protocol
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H2ProtocolAssumedError, H11Protocol
from hypercorn.typing import Framework
from starlette.types import ASGIApp

from wildside.domain.command_errors import ToolMissing
from wildside.inbound.http.unread import Unread

BACKLOG = 1024
"""The default of 100 makes the kernel turn clients away when some hundred come in the same moment."""


SETTLE = 0.1
"""Seconds between letting nobody else in and ending: both servers hang up on whom they have not heard yet."""


_PREFACE = b"PRI * HTTP/2.0\r\n\r\n"
"""How a client begins with HTTP/2 (RFC 9113, section 3.4)."""

LARGE = 1 << 16
"""Bytes that it does not pay to copy, so that they leave with their head."""


class Serve(Protocol):
    """Serve an application. Raises what its start raised, or ServerFailed."""

    def __call__(
        self, app: ASGIApp, listener: socket.socket, stop: asyncio.Event, drain: float
    ) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class AsgiServer:
    """A server, and the event loop that it is fastest on; None: asyncio's own."""

    serve: Serve
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None


class _Http11(H11Protocol):
    """Takes no notice of `Upgrade: h2c`, which RFC 9113 has taken back, and half of which would be left.

    Where no HTTP/2 follows, Hypercorn keeps what it has begun for ever, and ends on settings that are none.
    HTTP/2 is for who begins with it.

    And it sends the head of an answer with the first of its body: each write is a call of the kernel, a
    packet, and one more time that the client wakes.
    """

    _head = b""

    async def _check_protocol(self, event: h11.Request) -> None:
        if (event.method, event.target, event.http_version) == (b"PRI", b"*", b"2.0"):
            raise H2ProtocolAssumedError(_PREFACE + self.connection.trailing_data[0])

    async def _send_h11_event(self, event: Any) -> None:
        try:
            data = self.connection.send(event) or b""
        except h11.LocalProtocolError:
            if self.connection.their_state != h11.ERROR:
                raise
            return
        if isinstance(event, h11.Response):
            self._head = data
            return
        head, self._head = self._head, b""
        for part in (head, data) if len(data) > LARGE else (head + data,):
            if part:
                await self.send(RawData(data=part))


async def on_hypercorn(app: ASGIApp, listener: socket.socket, stop: asyncio.Event, drain: float) -> None:
    """HTTP/1.1 and HTTP/2."""
    setattr(hypercorn.protocol, "H11Protocol", _Http11)  # noqa: B010 - it has no setting for this
    config = Config()
    number = listener.detach()
    config.bind = [f"fd://{number}"]
    config.loglevel = "WARNING"
    # Without a handler of its own, so that what it tells has the form of our log.
    config.errorlog = logging.getLogger("hypercorn.error")
    config.include_server_header = False
    config.graceful_timeout = drain
    config.backlog = BACKLOG
    # The default drops HTTP/2 streams in flight after a thousand requests.
    config.keep_alive_max_requests = 1_000_000

    async def told_to_end() -> None:
        await stop.wait()
        # Who else comes is let in by whoever shares the socket; where nobody does, nobody.
        asyncio.get_running_loop().remove_reader(number)
        await asyncio.sleep(SETTLE)

    await serve(cast(Framework, Unread(app)), config, shutdown_trigger=told_to_end)


def _uvicorn() -> AsgiServer:
    try:
        from wildside.inbound.http.on_uvicorn import new_event_loop, on_uvicorn  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ToolMissing(f"no {error.name}: pip install 'wildside[uvicorn]'") from error
    return AsgiServer(on_uvicorn, new_event_loop)


HYPERCORN = AsgiServer(on_hypercorn)
_SERVERS: dict[str, Callable[[], AsgiServer]] = {"hypercorn": lambda: HYPERCORN, "uvicorn": _uvicorn}
SERVERS = tuple(_SERVERS)
"""Their names; the first is the usual one."""


def server_named(name: str) -> AsgiServer:
    """Find a server. Raises ToolMissing where its extra is not installed."""
    return _SERVERS[name]()
