"""Walks: what both databases keep of them, and what they refuse."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.builders import MOMENT
from tests.stores.ground import Ground
from tests.walkways import Walkway
from wildside.domain.errors import NotFound, RetryTransaction, Unauthorized
from wildside.domain.pages import Cursor, Page, Seek
from wildside.domain.walks import COMPLETED, Stat, Walk, WalkSession

LATER = MOMENT + timedelta(hours=1)
PRIMARY = (Stat("duration", 900.5), Stat("distance", 0.1))
SECONDARY = (
    Stat("count", 3, "stairs"),
    Stat("energy", 5e-324, unit="kcal"),
    Stat("count", 1.7976931348623157e308),
)


def walk(walkway: Walkway, **changes: Any) -> Walk:
    lists = {"primary": PRIMARY, "secondary": SECONDARY, "highlights": tuple(walkway.pois[1::-1])}
    made = Walk(uuid4(), walkway.id, MOMENT, None, **lists)  # type: ignore[arg-type]
    return replace(made, **changes)


async def add(ground: Ground, user_id: UUID, made: Walk) -> WalkSession | None:
    async with ground.database.transaction() as stores:
        return await stores.walks.add(user_id, made)


async def read(ground: Ground, user_id: UUID, walk_id: UUID) -> WalkSession | None:
    async with ground.database.reading() as stores:
        return await stores.walks.get(user_id, walk_id)


async def page(ground: Ground, user_id: UUID, seek: Seek) -> list[WalkSession]:
    async with ground.database.reading() as stores:
        return list(await stores.walks.completed(user_id, seek))


async def test_what_is_added_is_what_is_read(ground: Ground) -> None:
    ada, walkway = await ground.somebody(), ground.route(None)
    full = walk(walkway, secondary=(*SECONDARY, *(Stat("energy", n, str(n)) for n in range(97))))
    bare = walk(walkway, primary=(), secondary=(), highlights=(), ended_at=LATER)
    for made in (full, bare):
        stored = await add(ground, ada, made)
        assert stored is not None
        assert (stored.user_id, stored.walk, stored.revision) == (ada, made, 1)
        assert await read(ground, ada, made.id) == stored
        async with ground.database.transaction() as stores:
            assert await stores.walks.hold(ada, made.id) == stored


async def test_a_walk_is_added_once_for_each_user(ground: Ground) -> None:
    ada, bob, walkway = await ground.somebody(), await ground.somebody(), ground.route(None)
    made = walk(walkway)
    first = await add(ground, ada, made)
    assert await add(ground, ada, replace(made, highlights=(), ended_at=LATER)) is None
    assert await read(ground, ada, made.id) == first
    assert await read(ground, bob, made.id) is None
    his = await add(ground, bob, replace(made, primary=()))
    assert his is not None
    assert await read(ground, bob, made.id) == his
    assert await read(ground, ada, made.id) == first


async def test_a_change_replaces_all_but_the_route_and_the_start(ground: Ground) -> None:
    ada, walkway, other = await ground.somebody(), ground.route(None), ground.route(None)
    made = walk(walkway)
    first = await add(ground, ada, made)
    assert first is not None
    lists = {
        "primary": PRIMARY[::-1],
        "secondary": SECONDARY[1:][::-1],
        "highlights": tuple(walkway.pois[:1]),
    }
    told = replace(made, ended_at=LATER, **lists)  # type: ignore[arg-type]
    async with ground.database.transaction() as stores:
        await stores.walks.hold(ada, made.id)
        second = await stores.walks.change(ada, replace(told, route_id=other.id, started_at=LATER))
    assert (second.walk, second.revision, second.created_at) == (told, 2, first.created_at)
    assert second.updated_at > first.updated_at
    assert await read(ground, ada, made.id) == second


async def test_nobody_walks(ground: Ground) -> None:
    walkway, ada = ground.route(None), await ground.somebody()
    with pytest.raises(Unauthorized):
        await add(ground, uuid4(), walk(walkway))
    async with ground.database.transaction() as stores:
        with pytest.raises(Unauthorized):
            await stores.walks.hold(uuid4(), uuid4())
        with pytest.raises(NotFound):
            await stores.walks.change(ada, walk(walkway))


async def test_what_has_gone_meanwhile_is_to_be_looked_up_again(ground: Ground) -> None:
    ada, walkway = await ground.somebody(), ground.route(None)
    for changes in ({"route_id": uuid4()}, {"highlights": (uuid4(),)}):
        with pytest.raises(RetryTransaction):
            await add(ground, ada, walk(walkway, **changes))
    made = walk(walkway)
    await add(ground, ada, made)
    with pytest.raises(RetryTransaction):
        async with ground.database.transaction() as stores:
            await stores.walks.change(ada, replace(made, highlights=(uuid4(),)))


async def test_places_that_there_are_not(ground: Ground) -> None:
    walkway, unknown = ground.route(None), [uuid4(), uuid4()]
    async with ground.database.reading() as stores:
        assert await stores.walks.missing([unknown[0], *walkway.pois, unknown[1]]) == {*unknown}
        assert await stores.walks.missing(walkway.pois) == set()
        assert await stores.walks.missing([]) == set()


async def test_a_user_who_is_erased_takes_their_walks_along(ground: Ground) -> None:
    ada, bob, walkway = await ground.somebody(), await ground.somebody(), ground.route(None)
    made = walk(walkway)
    for who in (ada, bob):
        await add(ground, who, made)
    async with ground.database.transaction() as stores:
        assert await stores.users.erase(ada)
    assert await read(ground, ada, made.id) is None
    assert await read(ground, bob, made.id) is not None


async def test_the_newest_end_comes_first_and_both_ways_meet(ground: Ground) -> None:
    ada, bob, walkway = await ground.somebody(), await ground.somebody(), ground.route(None)
    ends = [MOMENT + timedelta(microseconds=n // 2) for n in range(7)]
    stored = [await add(ground, ada, walk(walkway, ended_at=end)) for end in ends]
    await add(ground, ada, walk(walkway))
    await add(ground, bob, walk(walkway, ended_at=LATER))
    listed = sorted((one for one in stored if one), key=COMPLETED.key_of, reverse=True)
    assert await page(ground, ada, Seek(None, 100)) == listed
    assert await page(ground, ada, Seek(None, 2)) == listed[:3]
    for number, row in enumerate(listed):
        key = COMPLETED.key_of(row)
        after, before = Seek(Cursor("next", key), 2), Seek(Cursor("prev", key), 2)
        assert await page(ground, ada, after) == listed[number + 1 : number + 4]
        assert await page(ground, ada, before) == listed[max(number - 2, 0) : number + 1][::-1]
    key = (LATER, UUID(int=0))
    assert await page(ground, ada, Seek(Cursor("next", key), 9)) == listed
    assert await page(ground, ada, Seek(Cursor("prev", key), 9)) == []


async def test_pages_are_made_of_it(ground: Ground) -> None:
    ada, walkway = await ground.somebody(), ground.route(None)
    for number in range(5):
        await add(ground, ada, walk(walkway, ended_at=MOMENT + timedelta(seconds=number)))
    first = Page.of(COMPLETED, Seek(None, 2), await page(ground, ada, Seek(None, 2)))
    assert first.next is not None
    on = Seek(first.next, 2)
    second = Page.of(COMPLETED, on, await page(ground, ada, on))
    assert second.prev is not None
    back = Seek(second.prev, 2)
    assert Page.of(COMPLETED, back, await page(ground, ada, back)).rows == first.rows
