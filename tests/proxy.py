"""A TCP proxy to a PostgreSQL that can fall silent: connections stay open, bytes are swallowed.

A connection that has lost bytes stays silent for ever, as one whose way through a firewall was
forgotten. Connections that lost none, and new ones, pass again once the proxy is healed.
"""

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Self

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
_CHUNK = 65536
Wanted = Callable[[bytes], bool]


def everybody(_startup: bytes) -> bool:
    return True


def application(name: str) -> Wanted:
    """Those who call themselves so in their first packet."""
    return lambda startup: b"application_name\0" + name.encode() + b"\0" in startup


class Proxy:
    """Listens on a free port of the loopback, in threads, until it is closed."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._silenced: Wanted | None = None
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._threads: list[Thread] = []
        self.swallowed = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._go(self._accept)

    def silence(self, wanted: Wanted = everybody) -> None:
        """Swallow all that these send and are sent, of connections there are and are to come."""
        self._silenced = wanted

    def heal(self) -> None:
        self._silenced = None

    def _go(self, target: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._keep(client)
                self._go(self._serve, client)

    def _keep(self, opened: socket.socket) -> None:
        with self._lock:
            self._open.append(opened)

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            startup = _startup(client)
            server = socket.socket(socket.AF_UNIX)
            self._keep(server)
            server.connect(self._upstream)
            way = _Way(self, startup)
            self._go(way.pump, server, client)
            if way.passes(startup):
                server.sendall(startup)
            way.pump(client, server)

    def is_silent(self, startup: bytes) -> bool:
        return self._silenced is not None and self._silenced(startup)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for opened in [self._listener, *self._open]:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
        for thread in self._threads:
            thread.join(5)


class _Way:
    """A connection through the proxy; once it has lost bytes it loses all."""

    def __init__(self, proxy: Proxy, startup: bytes) -> None:
        self._proxy, self._startup = proxy, startup
        self._lost = False

    def passes(self, chunk: bytes) -> bool:
        self._lost = self._lost or self._proxy.is_silent(self._startup)
        self._proxy.swallowed += len(chunk) if self._lost else 0
        return not self._lost

    def pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                if self.passes(chunk):
                    target.sendall(chunk)
            if not (self._lost or self._proxy.is_silent(self._startup)):
                target.shutdown(socket.SHUT_WR)


def _startup(client: socket.socket) -> bytes:
    """Read the first packet; who asks for TLS is told that there is none."""
    while (packet := client.recv(_CHUNK)) == _SSL_REQUEST:
        client.sendall(b"N")
    return packet
