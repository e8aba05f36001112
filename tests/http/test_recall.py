"""What is sent again is what the application would send, and only while it is certain that it would."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from tests.builders import MOMENT, Mail
from tests.http.support import READS, REFERENCE, Stores, client_of, over
from wildside.domain.release import Version
from wildside.inbound.http import recall
from wildside.inbound.http.recall import Recall

ASKED: list[dict[str, str]] = [
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "br"},
    {"Accept-Encoding": "identity"},
    {"Accept": "application/json"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"another"'},
]


class Changing(Stores):
    """A release that can be exchanged."""

    number = 7

    async def version(self) -> Version:
        return Version("epoch", self.number, MOMENT)


async def nothing() -> None:
    """Happen."""


class Place:
    """An application, how often more of it than the memory was asked, and what may change meanwhile."""

    def __init__(self) -> None:
        self.times, self.mail, self.stores = 0, Mail(1), Changing()
        self.meanwhile: Callable[[], Awaitable[None]] = nothing

    def change(self) -> None:
        self.stores.number += 1
        self.mail.mark = self.stores.number

    def asked(self, app: ASGIApp) -> Recall:
        async def counting(scope: Scope, receive: Receive, send: Send) -> None:
            self.times += scope["type"] == "http"
            await app(scope, receive, send)
            await self.meanwhile()

        return Recall(counting)

    def client(self) -> httpx2.AsyncClient:
        return client_of(over(self.stores, self.mail))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place()
    monkeypatch.setattr("wildside.app.Recall", made.asked)
    return made


def shown(answer: httpx2.Response) -> object:
    headers = {name: value for name, value in answer.headers.items() if name != "trace-id"}
    return answer.status_code, headers, answer.content


async def test_who_asks_alike_gets_the_same_without_asking(place: Place) -> None:
    place.mail.mark = None
    async with place.client() as client:
        plain = [await client.get(path, headers=headers) for path in READS for headers in ASKED]
        assert place.times == len(plain)
        place.mail.mark = 1
        await client.get(READS[0])  # from here on it is certain what is newest
        first = [await client.get(path, headers=headers) for path in READS for headers in ASKED]
        before = place.times
        again = [await client.get(path, headers=headers) for path in READS for headers in ASKED]
    assert place.times == before
    assert list(map(shown, again)) == list(map(shown, first)) == list(map(shown, plain))
    assert {answer.status_code for answer in again} == {200, 304}
    assert len({answer.headers["trace-id"] for answer in (*first, *again)}) == len(first) * 2


async def test_a_new_release_is_answered_at_once(place: Place) -> None:
    async with place.client() as client:
        tokens = []
        for _ in range(3):
            tokens += [(await client.get(READS[0])).json()["referenceVersion"] for _ in range(3)]
            place.change()
    assert [tokens.count(token) for token in dict.fromkeys(tokens)] == [3, 3, 3]


async def test_while_nobody_listens_it_is_asked_each_time(place: Place) -> None:
    place.mail.mark = None
    async with place.client() as client:
        for number in range(1, 4):
            await client.get(READS[0])
            assert place.times == number


async def test_an_answer_during_which_the_release_changed_is_not_kept(place: Place) -> None:
    async with place.client() as client:

        async def exchanged() -> None:
            place.change()
            place.meanwhile = nothing
            for _ in range(2):  # somebody hears of it first, and the next one is sent what is kept of it
                await client.get(READS[0], headers={"Accept-Encoding": "gzip"})

        await client.get(READS[0])
        place.meanwhile = exchanged
        await client.get(READS[0], headers={"Accept-Encoding": "br"})
        told = (await client.get(READS[0], headers={"Accept-Encoding": "br"})).json()["referenceVersion"]
    assert f".{place.stores.number}-" in told


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("HEAD", READS[0], {}),
        ("GET", f"{READS[0]}?wait=0", {}),
        ("GET", f"{REFERENCE}/nothing", {}),
        ("GET", "/health/live", {}),
        ("GET", READS[0], {"Origin": "https://app.example"}),
        ("GET", READS[0], {"Content-Length": "0"}),
        ("GET", READS[0], {"Accept": "text/html"}),
        ("GET", READS[0], {"If-None-Match": f'"{"x" * 2000}"'}),
        ("GET", READS[0], [("If-None-Match", "")] * 200),
        ("POST", READS[0], {}),
    ],
)
async def test_what_may_depend_on_more_is_asked_each_time(
    place: Place, method: str, path: str, headers: dict[str, str] | list[tuple[str, str]]
) -> None:
    async with place.client() as client:
        await client.get(READS[0])
        for _ in range(2):
            before = place.times
            await client.request(method, path, headers=headers)
            assert place.times == before + 1


async def test_only_so_many_are_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "_MOST", 3)
    async with place.client() as client:
        await client.get(READS[0])
        for tag in ("a", "b", "a", "c", "d"):  # b was not asked for again, so it goes
            await client.get(READS[0], headers={"If-None-Match": f'"{tag}"'})
        before = place.times
        for tag in ("a", "c", "d"):
            await client.get(READS[0], headers={"If-None-Match": f'"{tag}"'})
        assert place.times == before
        await client.get(READS[0], headers={"If-None-Match": '"b"'})
    assert place.times == before + 1


async def test_the_log_tells_of_it_as_of_any_other(place: Place) -> None:
    async with place.client() as client:
        await client.get(READS[1])
        with capture_logs() as logs:
            for _ in range(3):
                await client.get(READS[1])
    assert {(log["event"], log["route"], log["status"]) for log in logs} == {("request", READS[1], 200)}
