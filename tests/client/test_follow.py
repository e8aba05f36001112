"""Following the stream of releases: who is told, who need not ask, and what becomes of a broken one."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest

from tests.cli.program import serving
from tests.client.conftest import MORE, PACKAGED_TOKEN, Place
from wildside.client import ClientConfig, ReferenceDataProvider, SchemaMismatch, create_reference_provider
from wildside.client.answers import Answer, Version
from wildside.client.events import Delay, Event, parse_events

SOON = 5.0


class Followed:
    """What a follower was told, in order."""

    def __init__(self) -> None:
        self.answers: list[Answer[Version]] = []
        self.failed: BaseException | None = None

    async def read(self, provider: ReferenceDataProvider) -> None:
        try:
            async with aclosing(provider.follow()) as releases:
                async for answer in releases:
                    self.answers.append(answer)
        except Exception as error:
            self.failed = error

    @property
    def versions(self) -> list[str]:
        return [answer.version for answer in self.answers]


async def until(condition: Callable[[], Any]) -> None:
    deadline = monotonic() + SOON
    while not condition():
        assert monotonic() < deadline
        await asyncio.sleep(0.005)


async def until_answer(provider: ReferenceDataProvider, wanted: Callable[[Answer[Version]], Any]) -> None:
    deadline = monotonic() + SOON
    while not wanted(await provider.get_version()):
        assert monotonic() < deadline
        await asyncio.sleep(0.005)


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if type(thread).__module__ == "wildside.client.events"]


@asynccontextmanager
async def following(provider: ReferenceDataProvider) -> AsyncIterator[Followed]:
    followed = Followed()
    reading = asyncio.create_task(followed.read(provider))
    try:
        yield followed
    finally:
        reading.cancel()
        await asyncio.wait([reading])


@asynccontextmanager
async def told(place: Place, provider: ReferenceDataProvider) -> AsyncIterator[Followed]:
    """A follower who has been told of the first release on a living stream."""
    async with following(provider) as followed:
        await until(lambda: place.backend.streams and followed.answers)
        place.backend.tell()
        await quiet(place, provider)
        yield followed


async def quiet(place: Place, provider: ReferenceDataProvider) -> None:
    """Wait until the provider need not ask any more."""
    await until_answer(provider, lambda answer: answer.source == "memory")
    place.backend.asked.clear()


async def test_each_release_is_told_once_and_nothing_is_asked_between(place: Place) -> None:
    provider = place.provider()
    async with told(place, provider) as followed:
        first = place.backend.token
        answer = await provider.get_bootstrap()
        assert (answer.source, answer.stale, answer.version) == ("memory", False, first)
        place.backend.tell()
        second = place.backend.publish(MORE)
        place.backend.tell()
        await until(lambda: len(followed.answers) > 1)
        assert followed.versions == [first, second]
        assert place.backend.asked == ["changes"]
        assert (await provider.get_table("tags")).value[0]["slug"] == "art"
        assert place.backend.asked == ["changes"]


async def test_the_backend_confirms_what_is_held(place: Place) -> None:
    provider = place.provider()
    async with told(place, provider):
        place.clock.seconds += 40
        assert (await provider.get_version()).age == 40
        place.backend.say(": the database is away\n\n")
        place.backend.say("retry: 1\n\n")
        place.backend.tell()
        await asyncio.sleep(0.1)
        assert (await provider.get_version()).age == 40
        place.backend.say(": still here\n\n")
        await until_answer(provider, lambda answer: answer.age == 0)
        assert place.backend.asked == []


async def test_what_was_told_of_but_could_not_be_had_is_fetched_later(place: Place) -> None:
    provider = place.provider()
    async with told(place, provider) as followed:
        second = place.backend.publish(MORE)
        place.offline()
        place.backend.tell()
        await until(lambda: "changes" in place.backend.asked)
        assert (await provider.get_version()).stale
        place.clock.seconds += 40
        place.backend.asked.clear()
        place.backend.say(": still here\n\n")
        await until(lambda: "changes" in place.backend.asked)
        answer = await provider.get_version()
        assert (answer.stale, answer.age) == (True, 40)
        place.backend.status = 200
        place.backend.say(": still here\n\n")
        await until(lambda: second in followed.versions)


async def test_a_stream_that_ends_is_no_reason_to_believe_and_is_taken_up_again(place: Place) -> None:
    provider = place.provider()
    async with told(place, provider) as followed:
        place.backend.say("retry: 10\n\n")
        place.backend.say("")
        await until(lambda: "events" in place.backend.asked)
        place.backend.asked.clear()
        await provider.get_version()
        assert place.backend.asked == ["changes"]
        second = place.backend.publish(MORE)
        await until(lambda: len(place.backend.streams) > 1)
        place.backend.tell()
        await until(lambda: second in followed.versions)


async def test_a_silent_stream_is_dead(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wildside.client.events.SILENCE", 0.1)
    async with told(place, place.provider()):
        await until(lambda: "events" in place.backend.asked)


async def test_who_follows_while_the_backend_is_away_is_told_when_it_comes(place: Place) -> None:
    place.pack()
    place.offline()
    place.backend.status_of_events = 503
    async with following(place.provider()) as followed:
        await until(lambda: followed.answers)
        assert (followed.versions, followed.answers[0].stale) == ([PACKAGED_TOKEN], True)
        place.backend.status = place.backend.status_of_events = 200
        count = len(place.backend.streams)
        await until(lambda: len(place.backend.streams) > count)
        place.backend.tell()
        await until(lambda: followed.versions == [PACKAGED_TOKEN, place.backend.token])


async def test_a_follower_with_nothing_at_all_waits(place: Place) -> None:
    place.offline()
    async with following(place.provider()) as followed:
        await until(lambda: place.backend.streams)
        await asyncio.sleep(0.1)
        assert (followed.answers, followed.failed) == ([], None)
        place.backend.status = 200
        place.backend.tell()
        await until(lambda: followed.versions == [place.backend.token])


async def test_a_release_that_this_app_cannot_read_ends_it(place: Place) -> None:
    provider = place.provider()
    async with told(place, provider) as followed:
        place.backend.schema = 2
        place.backend.publish(MORE)
        place.backend.tell()
        await until(lambda: followed.failed)
        assert isinstance(followed.failed, SchemaMismatch)
    place.offline()
    with pytest.raises(SchemaMismatch):
        await provider.get_version()
    place.backend.status, place.backend.schema = 200, 1
    assert (await provider.get_version()).version == place.backend.token
    place.offline()
    assert (await provider.get_version()).stale


async def test_leaving_closes_the_stream(place: Place) -> None:
    provider = place.provider()
    async with told(place, provider):
        assert readers()
    await provider.get_version()
    assert "changes" in place.backend.asked
    await until(lambda: not readers())


async def test_an_app_without_a_backend_is_told_once(place: Place) -> None:
    place.pack()
    assert [answer.version async for answer in place.provider(use_backend=False).follow()] == [PACKAGED_TOKEN]


async def test_a_real_server_tells_within_a_second(seeded_url: str, tmp_path: Path) -> None:
    with serving(seeded_url) as url, psycopg.connect(seeded_url, autocommit=True) as admin:
        config = ClientConfig(use_backend=True, url=url, cache=tmp_path / "cache.json")
        provider = create_reference_provider(config)
        async with following(provider) as followed:
            await until(lambda: followed.answers)
            await until_answer(provider, lambda answer: answer.source == "memory")
            started = monotonic()
            admin.execute("update tags set icon = 'tag:mug' where slug = 'coffee'")
            await until(lambda: len(followed.answers) > 1)
            assert monotonic() - started < 1.0
            assert (await provider.get_table("tags")).value[0]["icon"] == "tag:mug"


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"id: a.1-f\nevent: release\ndata: {}\n\n", [Event("release", "a.1-f")]),
        (b"event:release\r\nid:a.1-f\r\n\r\n", [Event("release", "a.1-f")]),
        (b"id: a.1-f\nevent: release\n", []),
        (b"id: a.1-f\n\nevent: release\n\n", []),
        (b"event: other\nid: a.1-f\n\n", []),
        (b": still here\n\n", [Event("comment", "still here")]),
        (b"retry: 20\nretry: x\nretry: \xc2\xb2\n\n", [Event("retry", "20")]),
        (b"data\nunknown: 1\n\xff\xfe\n\n", []),
    ],
)
def test_what_a_stream_says(stream: bytes, events: list[Event]) -> None:
    assert list(parse_events(stream.splitlines(keepends=True))) == events


def test_a_stream_is_taken_up_less_and_less_often() -> None:
    delay = Delay(lambda: 1.0)
    assert [delay.next() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    delay.note(Event("retry", "2500"))
    assert [delay.next(), delay.next()] == [2.5, 5]
    delay.note(Event("retry", "9" * 4000))
    assert [delay.next(), Delay(lambda: 0.0).next()] == [30, 0.5]
