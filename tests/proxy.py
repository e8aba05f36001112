"""A TCP proxy to a server on a Unix socket, that does to connections what networks do.

It falls silent (a black hole: connections stay open, bytes are swallowed), delays, drops, resets a
connection once so many bytes have come through, or breaks at a certain round trip. A connection that has
lost bytes stays silent for ever, as one whose way through a firewall was forgotten. Connections that lost
none, and new ones, pass again once the proxy is healed. What each fault does stands in tests/faults.py.
"""

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Self

from tests.faults import Break, Delay, Drop, Fate, Fault, Reset, Silence, Wanted

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
_CHUNK = 65536
_AT_ONCE = struct.pack("ii", 1, 0)


def everybody(_startup: bytes) -> bool:
    return True


def application(name: str) -> Wanted:
    """Those who call themselves so in their first packet."""
    return lambda startup: b"application_name\0" + name.encode() + b"\0" in startup


class Proxy:
    """Listens on a free port of the loopback, in threads, until it is closed."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._fault: Fault = Fault()
        self._wanted: Wanted = everybody
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._ways: list[_Way] = []
        self._threads: list[Thread] = []
        self.swallowed = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._go(self._accept)

    def silence(self, wanted: Wanted = everybody) -> None:
        """Swallow all that these send and are sent, of connections there are and are to come."""
        self._fault, self._wanted = Silence(), wanted

    def delay(self, seconds: float, wanted: Wanted = everybody) -> None:
        """Let each piece pass so much later, either way."""
        self._fault, self._wanted = Delay(seconds), wanted

    def drop(self, wanted: Wanted = everybody) -> None:
        """Close the connections there are, and those to come as soon as they say who they are."""
        self._fault, self._wanted = Drop(), wanted
        with self._lock:
            ways = [way for way in self._ways if wanted(way.startup)]
        for way in ways:
            way.end()

    def reset_after(self, size: int, wanted: Wanted = everybody) -> None:
        """Reset each connection (RST) after so many bytes of answers from now on."""
        self._fault, self._wanted = Reset(size), wanted

    def break_at(self, trip: int, *, answered: bool, wanted: Wanted = everybody) -> Break:
        """Reset once, at this round trip from now on: before the question is through, or once it is answered.

        A round trip is what is asked until an answer comes; whatever connection it is of.
        """
        fault = Break(trip, answered=answered)
        self._fault, self._wanted = fault, wanted
        return fault

    def heal(self) -> None:
        self._fault, self._wanted = Fault(), everybody

    def _go(self, target: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
            way = _Way(self, startup, client, server)
            with self._lock:
                self._ways.append(way)
            self._go(way.pump, server, client)
            if way.sends(startup, server):
                way.pump(client, server)

    def fault_of(self, startup: bytes) -> Fault:
        return self._fault if self._wanted(startup) else Fault()

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

    def __init__(self, proxy: Proxy, startup: bytes, client: socket.socket, server: socket.socket) -> None:
        self.startup = startup
        self._proxy, self._client, self._server = proxy, client, server
        self._lost = self._ended = False

    def sends(self, chunk: bytes, target: socket.socket) -> bool:
        """Do with bytes what is their fate; say whether there can be more."""
        fault = self._proxy.fault_of(self.startup)
        fate, passing = fault.met(self, chunk, back=target is self._client)
        self._lost = self._lost or fate is Fate.LOST
        if self._lost:
            self._proxy.swallowed += len(chunk)
            return True
        target.sendall(passing)
        if fate is Fate.ENDED:
            self.end()
        elif fate is Fate.RESET:
            self.end(reset=True)
        return fate is Fate.PASSED

    def pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                if not self.sends(chunk, target):
                    return
            if not (self._ended or self._lost or isinstance(self._proxy.fault_of(self.startup), Silence)):
                target.shutdown(socket.SHUT_WR)

    def end(self, *, reset: bool = False) -> None:
        """Close both sides; reset, without a farewell to the client, neither ours nor the other pump's."""
        self._ended = True
        if reset:
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        with suppress(OSError):  # whoever waits to receive keeps it open, and is sent away by this
            self._client.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._client.close()
        self._server.close()


def _startup(client: socket.socket) -> bytes:
    """Read the first packet; who asks for TLS is told that there is none."""
    while (packet := client.recv(_CHUNK)) == _SSL_REQUEST:
        client.sendall(b"N")
    return packet
