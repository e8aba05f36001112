"""Progress: what both databases keep of it, and what they refuse."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from tests.stores.annotations.conftest import Ground
from wildside.domain.errors import NotFound, RetryTransaction, RevisionMismatch, Unauthorized
from wildside.domain.progress import Progress, Visits


async def save(
    ground: Ground, who: UUID, route: UUID, stops: Sequence[UUID] = (), replaced: int | None = None
) -> Progress:
    async with ground.database.transaction() as stores:
        return await stores.progress.save(who, Visits(route, tuple(stops)), replaced)


async def get(ground: Ground, who: UUID, route: UUID) -> Progress | None:
    async with ground.database.reading() as stores:
        return await stores.progress.get(who, route)


async def test_who_never_began_has_none(ground: Ground) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    assert await get(ground, ada, way.id) is None
    assert await get(ground, uuid4(), uuid4()) is None


async def test_what_is_saved_is_what_is_read_in_its_order(ground: Ground) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    one, two, three = way.stops
    moments = []
    for revision, stops in enumerate([[two], [two, one], [three, one, two], [one, three], [], [three]]):
        saved = await save(ground, ada, way.id, stops, revision or None)
        assert saved == Progress(ada, way.id, tuple(stops), revision + 1, saved.updated_at)
        assert await get(ground, ada, way.id) == saved
        moments.append(saved.updated_at)
    assert moments == sorted(set(moments))


async def test_everybody_comes_their_own_way_along_each_route(ground: Ground) -> None:
    ada, bob, way, other = (
        await ground.somebody(), await ground.somebody(), ground.route(None), ground.route(None),
    )  # fmt: skip
    hers = await save(ground, ada, way.id, way.stops)
    elsewhere = await save(ground, ada, other.id, other.stops[:1])
    his = await save(ground, bob, way.id, way.stops[1:])
    assert await save(ground, bob, way.id, [], 1) != his
    assert await get(ground, ada, way.id) == hers
    assert await get(ground, ada, other.id) == elsewhere


@pytest.mark.parametrize("replaced", [None, 1, 3])
async def test_another_revision_is_told(ground: Ground, replaced: int | None) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    for before in (None, 1):
        kept = await save(ground, ada, way.id, way.stops, before)
    with pytest.raises(RevisionMismatch) as raised:
        await save(ground, ada, way.id, [], replaced)
    assert (raised.value.expected, raised.value.actual) == (replaced, 2)
    assert await get(ground, ada, way.id) == kept


async def test_a_revision_of_nothing_is_told(ground: Ground) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    with pytest.raises(RevisionMismatch) as raised:
        await save(ground, ada, way.id, [], 1)
    assert (raised.value.expected, raised.value.actual) == (1, None)


@pytest.mark.parametrize("replaced", [None, 1])
async def test_nobody_comes_nowhere(ground: Ground, replaced: int | None) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    with pytest.raises(Unauthorized):
        await save(ground, uuid4(), way.id, [], replaced)
    async with ground.database.transaction() as stores:
        with pytest.raises(Unauthorized):
            await stores.progress.hold(uuid4(), way.id)
    with pytest.raises(NotFound):
        await save(ground, ada, uuid4())


async def test_the_revision_that_is_held(ground: Ground) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    for revision in (None, 1, 2):
        async with ground.database.transaction() as stores:
            assert await stores.progress.hold(ada, way.id) == revision
        await save(ground, ada, way.id, [], revision)


async def test_stops_of_other_routes_are_strangers(ground: Ground) -> None:
    way, other = ground.route(None), ground.route(None)
    async with ground.database.reading() as stores:
        asked = [way.stops[0], other.stops[1], way.stops[2], other.stops[0]]
        assert {*await stores.progress.strangers(way.id, asked)} == {*other.stops[:2]}
        assert not await stores.progress.strangers(way.id, [])
        assert {*await stores.progress.strangers(uuid4(), asked)} == {*asked}


@pytest.mark.parametrize("stored", [False, True])
async def test_a_stop_that_is_gone_is_to_be_looked_up_again(ground: Ground, stored: bool) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    kept = await save(ground, ada, way.id, way.stops[:1]) if stored else None
    ground.without_stop(way)
    with pytest.raises(RetryTransaction):
        await save(ground, ada, way.id, way.stops, 1 if stored else None)
    assert await get(ground, ada, way.id) == kept


async def test_erasing_takes_all(ground: Ground) -> None:
    ada, bob, way = await ground.somebody(), await ground.somebody(), ground.route(None)
    await save(ground, ada, way.id, way.stops)
    his = await save(ground, bob, way.id, way.stops)
    async with ground.database.transaction() as stores:
        assert await stores.users.erase(ada)
    assert await get(ground, ada, way.id) is None
    assert await get(ground, bob, way.id) == his
