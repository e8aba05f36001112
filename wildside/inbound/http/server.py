"""Run an application on a server until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from wildside.domain.command_errors import AddressInUse, ServerFailed, SettingsInvalid
from wildside.inbound.http.servers import HYPERCORN, AsgiServer

_PROBE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


DRAIN = 10.0
"""Seconds in which requests in flight may finish when the server stops."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def ignore_stop_signals() -> None:
    """Let what is being cleaned up be cleaned up."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def reserve(host: str, port: int, option: str = "--port") -> socket.socket:
    """Take an address before any work is done; who connects meanwhile waits to be answered.

    Raises AddressInUse, which names the option that chooses another.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Only a listening socket keeps another from binding the same port.
        listener.listen()
    except OSError as error:
        listener.close()
        raise AddressInUse(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another {option}"
        ) from error
    return listener


def inherited(number: int) -> socket.socket:
    """Take over a listening TCP socket that came as a file descriptor.

    It may be shared: who has a process answer on it before another ends loses no connection, and several
    processes share the work. An answer does not tell which of them gave it. Raises SettingsInvalid for
    what is no such socket.
    """
    try:
        listener = socket.socket(fileno=number)
        listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise SettingsInvalid([f"--fd {number}: {error.strerror}"]) from error
    if not listens or listener.family not in {socket.AF_INET, socket.AF_INET6}:
        raise SettingsInvalid([f"--fd {number}: no TCP socket that listens"])
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the http:// URL of a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def run(
    app: ASGIApp,
    listener: socket.socket,
    answering: Callable[[str], None],
    told: Callable[[], bool],
    stop: asyncio.Event,
    drain: float = DRAIN,
    server: AsgiServer = HYPERCORN,
    linger: float = 0.0,
) -> None:
    """Serve until SIGINT or SIGTERM set `stop`, then let requests in flight finish within `drain` seconds.

    Before that it goes on for `linger` seconds, so that who asks whether it is ready learns that it is not.
    `answering` gets the URL once the application answers there; `told` says whether a signal came before.
    """
    loop = asyncio.get_running_loop()
    for each in STOP_SIGNALS:
        signal.signal(each, lambda *_: loop.call_soon_threadsafe(stop.set))
    if told():  # before our handlers were there
        ignore_stop_signals()
        listener.close()
        return
    url, address, end = url_of(listener), listener.getsockname()[:2], asyncio.Event()
    at_work = asyncio.ensure_future(server.serve(app, listener, end, drain))
    besides = (_announce(address, lambda: answering(url)), _end(stop, end, linger))
    tasks = [asyncio.create_task(one) for one in besides]
    try:
        await at_work
    finally:
        for task in tasks:
            task.cancel()
        ignore_stop_signals()


async def _end(stop: asyncio.Event, end: asyncio.Event, linger: float) -> None:
    await stop.wait()
    await asyncio.sleep(linger)
    end.set()


@asynccontextmanager
async def serving(
    app: ASGIApp,
    listener: socket.socket,
    stop: asyncio.Event,
    drain: float = DRAIN,
    server: AsgiServer = HYPERCORN,
) -> AsyncIterator[str]:
    """Serve while the context lasts, whatever signals come; it is the URL, where the application answers."""
    url, address = url_of(listener), listener.getsockname()[:2]
    at_work = asyncio.ensure_future(server.serve(app, listener, stop, drain))
    try:
        await _answering(at_work, address)
        yield url
    finally:
        stop.set()
        await at_work


@asynccontextmanager
async def beside(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve something small besides, while the context lasts."""
    stop = asyncio.Event()
    at_work = asyncio.ensure_future(HYPERCORN.serve(app, listener, stop, drain=1.0))
    try:
        yield
    finally:
        stop.set()
        await at_work


async def _answering(server: "asyncio.Future[None]", address: tuple[str, int]) -> None:
    """Return once it answers; if it ends instead, raise what ended it."""
    probe = asyncio.create_task(_announce(address, lambda: None))
    try:
        await asyncio.wait({server, probe}, return_when=asyncio.FIRST_COMPLETED)
        if server.done():
            server.result()
            raise ServerFailed("the server ended before it answered")
    finally:
        probe.cancel()


async def _announce(address: tuple[str, int], answering: Callable[[], None]) -> None:
    while not await _answers(*address):  # noqa: ASYNC110 - only the socket can tell
        await asyncio.sleep(0.02)
    answering()


async def _answers(host: str, port: int) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - where to look, not to bind
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection(target, port)
            try:
                writer.write(_PROBE)
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
