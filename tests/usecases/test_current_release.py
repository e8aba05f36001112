"""The release held in memory is never older than the call that asks for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import MOMENT, Mail, image, row, table
from wildside.domain.errors import NoRelease, Unavailable
from wildside.domain.release import Content, Version
from wildside.outbound.memory.database import MemoryDatabase
from wildside.usecases.current_release import CurrentRelease


class Counted:
    """A database that counts what is asked of it, and answers only when it is let.

    What it answers is read before it waits, as an answer on its way through a slow network is.
    """

    def __init__(self) -> None:
        ticks = count()
        self.inner = MemoryDatabase([table()], now=lambda: MOMENT + timedelta(seconds=next(ticks)))
        self.asked = {"version": 0, "content": 0}
        self.failure: Exception | None = None
        self.gates: dict[str, asyncio.Event] = {}

    async def edit(self, slug: str) -> None:
        await self.inner.edit("tags", image(slug))

    def hold(self, method: str) -> asyncio.Event:
        """Keep answers of a method back until the event is set."""
        self.gates[method] = asyncio.Event()
        return self.gates[method]

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        async with self.inner.reading() as stores:
            yield SimpleNamespace(
                reference=SimpleNamespace(
                    version=lambda: self._answer("version", stores.reference.version),
                    content=lambda: self._answer("content", stores.reference.content),
                )
            )

    async def _answer(self, method: str, ask: Any) -> Any:
        self.asked[method] += 1
        if self.failure:
            raise self.failure
        answer = await ask()
        await asyncio.sleep(0)
        if gate := self.gates.get(method):
            await gate.wait()
        return answer


@pytest.fixture
def database() -> Counted:
    return Counted()


@pytest.fixture
def current(database: Counted) -> CurrentRelease:
    return CurrentRelease(database, Mail())  # type: ignore[arg-type]


async def settled() -> None:
    """Let every task run until it waits for something from outside."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_before_the_first_version_there_is_none(current: CurrentRelease) -> None:
    with pytest.raises(NoRelease):
        await current()


async def test_it_is_there_as_soon_as_there_is_a_version(database: Counted, current: CurrentRelease) -> None:
    with pytest.raises(NoRelease):
        await current()
    await database.edit("a")
    assert (await current()).version.number == 1


async def test_it_is_built_once_while_nothing_changes(database: Counted, current: CurrentRelease) -> None:
    await database.edit("a")
    first = await current()
    assert await current() is first
    assert database.asked == {"version": 2, "content": 1}


async def test_many_calls_at_once_build_it_once(database: Counted, current: CurrentRelease) -> None:
    await database.edit("a")
    releases = await asyncio.gather(*(current() for _ in range(100)))
    assert len({id(release) for release in releases}) == 1
    assert database.asked["content"] == 1


async def test_many_calls_after_a_change_build_it_once_more(
    database: Counted, current: CurrentRelease
) -> None:
    await database.edit("a")
    await current()
    await database.edit("b")
    releases = await asyncio.gather(*(current() for _ in range(100)))
    assert {release.version.number for release in releases} == {2}
    assert database.asked["content"] == 2


async def test_many_calls_at_once_share_their_question(database: Counted, current: CurrentRelease) -> None:
    await database.edit("a")
    await current()
    await asyncio.gather(*(current() for _ in range(100)))
    assert database.asked["version"] <= 3


async def test_a_call_after_a_commit_sees_it(database: Counted, current: CurrentRelease) -> None:
    for number, slug in enumerate("abcde", start=1):
        await database.edit(slug)
        assert (await current()).version.number == number


async def test_a_call_does_not_trust_a_question_that_was_under_way(
    database: Counted, current: CurrentRelease
) -> None:
    await database.edit("a")
    await current()
    gate = database.hold("version")
    early = asyncio.create_task(current())
    await settled()
    await database.edit("b")
    late = asyncio.create_task(current())
    await settled()
    gate.set()
    assert (await early).version.number in {1, 2}
    assert (await late).version.number == 2


async def test_a_call_does_not_trust_a_build_that_was_under_way(
    database: Counted, current: CurrentRelease
) -> None:
    await database.edit("a")
    gate = database.hold("content")
    early = asyncio.create_task(current())
    await settled()
    await database.edit("b")
    late = asyncio.create_task(current())
    await settled()
    gate.set()
    assert (await early).version.number == 1
    assert (await late).version.number == 2


async def test_whatever_is_committed_meanwhile_no_call_gets_an_older_release(
    database: Counted, current: CurrentRelease
) -> None:
    committed = 0

    async def call() -> None:
        at_least = committed
        assert (await current()).version.number >= at_least

    await database.edit("start")
    async with asyncio.TaskGroup() as calls:
        for number in range(200):
            calls.create_task(call())
            await asyncio.sleep(0)
            if number % 7 == 0:
                await database.edit(f"tag-{number}")
                committed = (number // 7) + 2


async def restore(database: Counted, epoch: str, slugs: Sequence[str] = ("restored",)) -> None:
    """Put an older back-up in place: another line of versions, with fewer of them."""
    database.inner = MemoryDatabase([table()], now=lambda: MOMENT, epoch=epoch)
    for slug in slugs:
        await database.edit(slug)


async def test_a_restore_to_a_lower_number_is_noticed(database: Counted, current: CurrentRelease) -> None:
    for slug in "abc":
        await database.edit(slug)
    await current()
    await restore(database, "restored")
    release = await current()
    assert (release.version.epoch, release.version.number) == ("restored", 1)
    assert await current() is release


async def test_a_restore_to_the_same_number_is_noticed(database: Counted, current: CurrentRelease) -> None:
    await database.edit("a")
    await current()
    await restore(database, "restored")
    assert (await current()).version.epoch == "restored"


async def test_a_restore_within_the_same_epoch_is_noticed(database: Counted, current: CurrentRelease) -> None:
    for slug in "abc":
        await database.edit(slug)
    await current()
    await restore(database, "memory")
    assert (await current()).version.number == 1


async def test_a_restore_during_a_build_is_noticed_by_the_calls_after_it(
    database: Counted, current: CurrentRelease
) -> None:
    for slug in "abc":
        await database.edit(slug)
    gate = database.hold("content")
    early = asyncio.create_task(current())
    await settled()
    await restore(database, "restored")
    late = asyncio.create_task(current())
    await settled()
    gate.set()
    assert (await early).version.epoch == "memory"
    assert (await late).version.epoch == "restored"


async def test_a_failure_is_that_of_its_calls_and_of_no_later_one(
    database: Counted, current: CurrentRelease
) -> None:
    await database.edit("a")
    database.failure = Unavailable("down")
    failed = await asyncio.gather(*(current() for _ in range(10)), return_exceptions=True)
    assert {type(each) for each in failed} == {Unavailable}
    database.failure = None
    assert (await current()).version.number == 1


async def test_what_is_held_is_not_given_out_while_the_database_is_down(
    database: Counted, current: CurrentRelease
) -> None:
    await database.edit("a")
    await current()
    database.failure = Unavailable("down")
    with pytest.raises(Unavailable):
        await current()


@pytest.mark.parametrize("method", ["version", "content"])
async def test_a_call_that_is_cancelled_disturbs_no_other(
    database: Counted, current: CurrentRelease, method: str
) -> None:
    await database.edit("a")
    gate = database.hold(method)
    first, *others = [asyncio.create_task(current()) for _ in range(3)]
    await settled()
    first.cancel()
    await settled()
    gate.set()
    assert [release.version.number for release in await asyncio.gather(*others)] == [1, 1]
    assert first.cancelled()


async def test_it_holds_what_the_content_was_built_from(database: Counted, current: CurrentRelease) -> None:
    await database.edit("a")
    release = await current()
    async with database.inner.reading() as stores:
        content = await stores.reference.content()
    wanted = replace(
        content.tables["tags"], version=1, last_updated=content.version.created_at, rows=[row("a")]
    )
    assert content == Content(Version("memory", 1, content.version.created_at), {"tags": wanted})
    assert b'"slug":"a"' in release.bootstrap.content
