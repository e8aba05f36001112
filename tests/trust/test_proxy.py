"""The proxy that breaks connections for other tests does what it says."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread

import pytest

from tests.proxy import Proxy, application

HELLO = b"application_name\0one\0"


class Echo(Thread):
    """Answers each piece with itself, in two; `heard` is all that came."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self.heard = b""
        self.start()

    def run(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=[peer], daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            while chunk := peer.recv(65536):
                self.heard += chunk
                peer.sendall(chunk[:1])
                peer.sendall(chunk[1:])

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[Echo]:
    made = Echo(tmp_path / "echo")
    yield made
    made.close()


@pytest.fixture
def proxy(echo: Echo, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(str(tmp_path / "echo")) as opened:
        yield opened


class Peer:
    """Somebody who has said who they are, and been answered."""

    def __init__(self, opened: socket.socket, hello: bytes) -> None:
        self.socket = opened
        self.welcome = self.ask(hello)

    def ask(self, text: bytes) -> bytes:
        """Say something, and return as much of an answer as comes."""
        self.socket.sendall(text)
        return self.hear(len(text))

    def hear(self, size: int) -> bytes:
        heard = b""
        while len(heard) < size and (some := self.socket.recv(size - len(heard))):
            heard += some
        return heard

    def hears_nothing(self) -> bool:
        self.socket.settimeout(0.1)
        with pytest.raises(TimeoutError):
            self.socket.recv(1)
        self.socket.settimeout(5)
        return True


Meet = Callable[..., Peer]


@pytest.fixture
def meet(proxy: Proxy) -> Iterator[Meet]:
    with ExitStack() as stack:

        def met(hello: bytes = HELLO) -> Peer:
            address = ("127.0.0.1", proxy.port)
            return Peer(stack.enter_context(socket.create_connection(address, timeout=5)), hello)

        yield met


def test_it_passes(meet: Meet) -> None:
    assert meet().ask(b"abc") == b"abc"


def test_a_black_hole_swallows_and_what_lost_bytes_stays_silent(proxy: Proxy, meet: Meet, echo: Echo) -> None:
    one, quiet, other = meet(), meet(), meet(b"another")
    proxy.silence(application("one"))
    one.socket.sendall(b"lost")
    assert one.hears_nothing()
    assert other.ask(b"abc") == b"abc"
    proxy.heal()
    one.socket.sendall(b"lost")
    assert one.hears_nothing()
    assert quiet.ask(b"abc") == meet().ask(b"abc") == b"abc"
    assert b"lost" not in echo.heard
    assert proxy.swallowed == 8


def test_a_delay_is_there_and_back(proxy: Proxy, meet: Meet) -> None:
    peer = meet()
    proxy.delay(0.1)
    began = time.monotonic()
    assert peer.ask(b"abc") == b"abc"
    assert time.monotonic() - began >= 0.2
    proxy.heal()
    assert peer.ask(b"abc") == b"abc"


def test_what_is_dropped_ends_and_nobody_gets_in(proxy: Proxy, meet: Meet) -> None:
    one, other = meet(), meet(b"another")
    proxy.drop(application("one"))
    assert one.socket.recv(1) == b""
    assert meet().welcome == b""
    assert other.ask(b"abc") == b"abc"
    proxy.heal()
    assert meet().ask(b"abc") == b"abc"


@pytest.mark.parametrize("size", [1, 4, 5])
def test_a_reset_lets_so_many_bytes_of_answers_through(proxy: Proxy, meet: Meet, size: int) -> None:
    peer = meet()
    proxy.reset_after(size)
    peer.socket.sendall(b"abcdefgh"[: size + 1])
    with pytest.raises(ConnectionResetError):
        peer.hear(100)
    with pytest.raises(ConnectionResetError):
        meet().hear(100)


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("trip", [1, 3])
def test_it_breaks_at_a_round_trip_and_only_there(
    proxy: Proxy, meet: Meet, echo: Echo, answered: bool, trip: int
) -> None:
    peer, other = meet(), meet(b"another")
    fault = proxy.break_at(trip, answered=answered, wanted=application("one"))
    for number in range(1, trip):
        assert peer.ask(b"q%d" % number) == b"q%d" % number
        assert other.ask(b"abc") == b"abc"
    assert not fault.broke
    with pytest.raises(ConnectionResetError):
        peer.ask(b"last")
    assert (fault.broke, fault.trips) == (True, trip)
    assert (b"last" in echo.heard) == answered
    again = meet()
    assert again.ask(b"abc") == b"abc"
