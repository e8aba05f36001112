"""The ASGI servers that may run the application: Hypercorn, and what comes with an extra.

Each serves on a listening socket until `stop` is set, then lets requests in flight finish within `drain`
seconds. Signals are the caller's.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import Framework
from starlette.types import ASGIApp

from wildside.domain.command_errors import ServerFailed, ToolMissing

_BACKLOG = 1024
"""The default of 100 makes the kernel turn clients away when some hundred come in the same moment."""


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


async def on_hypercorn(app: ASGIApp, listener: socket.socket, stop: asyncio.Event, drain: float) -> None:
    """HTTP/1.1 and HTTP/2."""
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    # Without a handler of its own, so that what it tells has the form of our log.
    config.errorlog = logging.getLogger("hypercorn.error")
    config.include_server_header = False
    config.graceful_timeout = drain
    config.backlog = _BACKLOG
    # The default drops HTTP/2 streams in flight after a thousand requests.
    config.keep_alive_max_requests = 1_000_000
    await serve(cast(Framework, app), config, shutdown_trigger=stop.wait)


def _uvicorn() -> AsgiServer:
    """HTTP/1.1 only, by httptools and uvloop."""
    try:
        import httptools  # noqa: F401, PLC0415 - of an extra, like the next two
        import uvicorn  # noqa: PLC0415
        import uvloop  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ToolMissing(f"no {error.name}: pip install 'wildside[uvicorn]'") from error

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    async def on_uvicorn(app: ASGIApp, listener: socket.socket, stop: asyncio.Event, drain: float) -> None:
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            # X-Forwarded-For is believed as far as `--proxy-hops` says, by the application.
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=max(1, round(drain)),
        )
        server = Server(config)
        with listener:
            working = asyncio.create_task(_ended(server.serve([listener])))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            server.should_exit = True
            await working

    return AsgiServer(on_uvicorn, uvloop.new_event_loop)


async def _ended(serving: Awaitable[None]) -> None:
    """Make an error of the SystemExit by which uvicorn tells that the application did not start."""
    try:
        await serving
    except SystemExit as error:
        raise ServerFailed("the application did not start; the log says why") from error


HYPERCORN = AsgiServer(on_hypercorn)
_SERVERS: dict[str, Callable[[], AsgiServer]] = {"hypercorn": lambda: HYPERCORN, "uvicorn": _uvicorn}
SERVERS = tuple(_SERVERS)
"""Their names; the first is the usual one."""


def server_named(name: str) -> AsgiServer:
    """Find a server. Raises ToolMissing where its extra is not installed."""
    return _SERVERS[name]()
