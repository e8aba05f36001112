"""A backend that is slow, endless, cut off or absurd."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.client.backend import bootstrap
from tests.client.conftest import Place
from wildside.client import BackendUnavailable, backend
from wildside.client.backend import Backend
from wildside.client.errors import NotIntact
from wildside.client.release import parse_bootstrap


@pytest.fixture
def dripping() -> Iterator[str]:
    """A backend whose answer comes byte by byte and does not end."""
    stop = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not stop.wait(0.02):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=[listener])
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        thread.join()


def test_the_thread_of_an_endless_answer_ends(dripping: str) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        Backend(dripping, 0.2)._fetch("/bootstrap")
    assert time.monotonic() - began < 5


async def test_what_the_socket_cannot_limit_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(Backend, "_fetch", lambda *_: done.wait(20))  # a slow look-up of a name
    try:
        with pytest.raises(BackendUnavailable, match="TimeoutError"):
            await Backend("http://host", 0.05).bootstrap()
    finally:
        done.set()


async def test_too_much_is_not_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_LARGEST", 50)
    with pytest.raises(BackendUnavailable, match="more than 50 bytes"):
        await place.provider().get_version()


async def test_too_much_is_not_unpacked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.backend.publish({"tags": [{"slug": "x" * 100_000, "sortOrder": 1}]})
    monkeypatch.setattr(backend, "_LARGEST", 10_000)
    with pytest.raises(BackendUnavailable, match="cut short, or too many"):
        await place.provider().get_version()


async def test_changes_that_are_cut_off_are_no_answer(place: Place) -> None:
    provider = place.provider()
    await provider.get_version()
    place.backend.edit_raw = lambda raw: raw[:-1]
    place.backend.repr_digest = False
    answer = await provider.get_version()
    assert (answer.source, answer.stale) == ("memory", True)
    assert place.backend.asked == ["bootstrap", "changes"]


@pytest.mark.parametrize("status", [204, 301, 304, 404, 429, 500])
async def test_any_other_status_is_no_answer(place: Place, status: int) -> None:
    place.backend.status = status
    with pytest.raises(BackendUnavailable, match=str(status)):
        await asyncio.wait_for(place.provider().get_version(), 10)


@pytest.mark.parametrize("depth", [300, 600, 50_000])
def test_a_deep_payload_is_read_or_refused(depth: int) -> None:
    content = bootstrap({"tags": [{"label": 0}]}, "t")
    try:
        parse_bootstrap(content.replace(b":0}", b":" + b"[" * depth + b"]" * depth + b"}"))
    except NotIntact:
        return
    raise AssertionError("the digest is that of another row")
