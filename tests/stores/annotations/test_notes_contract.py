"""Notes: what both databases keep of them, and what they refuse."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.stores.annotations.conftest import Ground
from wildside.domain.errors import Conflict, InvalidRequest, NotFound, RevisionMismatch, Unauthorized
from wildside.domain.notes import Note, Writing, notes_of
from wildside.domain.pages import Cursor, Seek


async def save(ground: Ground, who: UUID, writing: Writing, replaced: int | None = None) -> Note:
    async with ground.database.transaction() as stores:
        return await stores.notes.save(who, writing, replaced)


async def get(ground: Ground, who: UUID, route: UUID, note: UUID) -> Note | None:
    async with ground.database.reading() as stores:
        return await stores.notes.get(who, route, note)


async def test_what_is_written_is_what_is_read(ground: Ground) -> None:
    ada, way, note = await ground.somebody(), ground.route(None), uuid4()
    saved = await save(ground, ada, Writing(way.id, note, " Ducks. ", way.pois[1]))
    assert (saved.user_id, saved.id, saved.route_id, saved.poi_id) == (ada, note, way.id, way.pois[1])
    assert (saved.body, saved.revision, saved.created_at) == (" Ducks. ", 1, saved.updated_at)
    assert await get(ground, ada, way.id, note) == saved
    assert await get(ground, ada, uuid4(), note) is None
    assert await get(ground, ada, way.id, uuid4()) is None


async def test_a_note_is_replaced_as_a_whole(ground: Ground) -> None:
    ada, way, note = await ground.somebody(), ground.route(None), uuid4()
    first = await save(ground, ada, Writing(way.id, note, "Ducks.", way.pois[1]))
    second = await save(ground, ada, Writing(way.id, note, "Swans."), 1)
    assert (second.body, second.poi_id, second.revision) == ("Swans.", None, 2)
    assert second.created_at == first.created_at < second.updated_at
    assert await get(ground, ada, way.id, note) == second


@pytest.mark.parametrize("replaced", [None, 1, 3])
async def test_another_revision_is_told(ground: Ground, replaced: int | None) -> None:
    ada, way, note = await ground.somebody(), ground.route(None), uuid4()
    for before in (None, 1):
        await save(ground, ada, Writing(way.id, note, "Ducks."), before)
    with pytest.raises(RevisionMismatch) as raised:
        await save(ground, ada, Writing(way.id, note, "Swans."), replaced)
    assert (raised.value.expected, raised.value.actual) == (replaced, 2)
    kept = await get(ground, ada, way.id, note)
    assert kept is not None
    assert (kept.body, kept.revision) == ("Ducks.", 2)


async def test_a_revision_of_nothing_is_told(ground: Ground) -> None:
    ada, way = await ground.somebody(), ground.route(None)
    with pytest.raises(RevisionMismatch) as raised:
        await save(ground, ada, Writing(way.id, uuid4(), "Ducks."), 1)
    assert (raised.value.expected, raised.value.actual) == (1, None)


@pytest.mark.parametrize("replaced", [None, 1, 2])
async def test_a_note_stays_with_its_route(ground: Ground, replaced: int | None) -> None:
    ada, way, other, note = await ground.somebody(), ground.route(None), ground.route(None), uuid4()
    first = await save(ground, ada, Writing(way.id, note, "Ducks."))
    with pytest.raises(Conflict):
        await save(ground, ada, Writing(other.id, note, "Swans."), replaced)
    async with ground.database.transaction() as stores:
        with pytest.raises(Conflict):
            await stores.notes.hold(ada, other.id, note)
        assert not await stores.notes.remove(ada, other.id, note, None)
    assert await get(ground, ada, way.id, note) == first
    assert await get(ground, ada, other.id, note) is None


async def test_two_people_may_have_notes_of_one_id(ground: Ground) -> None:
    ada, bob, way, note = await ground.somebody(), await ground.somebody(), ground.route(None), uuid4()
    hers = await save(ground, ada, Writing(way.id, note, "Hers."))
    his = await save(ground, bob, Writing(way.id, note, "His."))
    assert (hers.body, his.body, his.revision) == ("Hers.", "His.", 1)
    async with ground.database.transaction() as stores:
        assert await stores.notes.remove(bob, way.id, note, None)
        assert [one.id for one in await stores.notes.page(bob, way.id, Seek(None, 9))] == []
    assert await get(ground, bob, way.id, note) is None
    assert await get(ground, ada, way.id, note) == hers


@pytest.mark.parametrize("replaced", [None, 1])
async def test_nobody_cannot_write(ground: Ground, replaced: int | None) -> None:
    way = ground.route(None)
    with pytest.raises(Unauthorized):
        await save(ground, uuid4(), Writing(way.id, uuid4(), "Ducks."), replaced)
    async with ground.database.transaction() as stores:
        with pytest.raises(Unauthorized):
            await stores.notes.hold(uuid4(), way.id, uuid4())


async def test_a_place_and_a_route_must_be_there(ground: Ground) -> None:
    ada, way, note = await ground.somebody(), ground.route(None), uuid4()
    with pytest.raises(NotFound):
        await save(ground, ada, Writing(uuid4(), note, "Ducks."))
    for replaced in (None, 1):
        with pytest.raises(InvalidRequest) as raised:
            await save(ground, ada, Writing(way.id, note, "Ducks.", uuid4()), replaced)
        assert [(one.where, one.code) for one in raised.value.faults] == [("/poiId", "unknown_key")]
        await save(ground, ada, Writing(way.id, note, "Ducks."), replaced)


async def test_the_revision_that_is_held(ground: Ground) -> None:
    ada, way, note = await ground.somebody(), ground.route(None), uuid4()
    for revision in (None, 1, 2):
        async with ground.database.transaction() as stores:
            assert await stores.notes.hold(ada, way.id, note) == revision
        await save(ground, ada, Writing(way.id, note, "Ducks."), revision)


@pytest.mark.parametrize(("revisions", "removed"), [
    (None, True), ({1}, True), ({None, 1}, True), ({None}, False), ({2}, False), (set(), False),
], ids=str)  # fmt: skip
async def test_only_what_is_meant_is_removed(ground: Ground, revisions: Any, removed: bool) -> None:
    ada, way, note, other = await ground.somebody(), ground.route(None), uuid4(), uuid4()
    for each in (note, other):
        await save(ground, ada, Writing(way.id, each, "Ducks."))
    async with ground.database.transaction() as stores:
        assert await stores.notes.remove(ada, way.id, note, revisions) == removed
        assert not await stores.notes.remove(ada, way.id, uuid4(), None)
    assert (await get(ground, ada, way.id, note) is None) == removed
    assert await get(ground, ada, way.id, other)


async def test_pages_have_ones_own_notes_of_a_route_in_the_order_of_writing(ground: Ground) -> None:
    ada, bob, way, other = (
        await ground.somebody(), await ground.somebody(), ground.route(None), ground.route(None),
    )  # fmt: skip
    written = []
    for number in range(5):
        note = UUID(int=900 - number)
        written.append(await save(ground, ada, Writing(way.id, note, f"Note {number}")))
        await save(ground, bob, Writing(way.id, note, "His."))
        await save(ground, ada, Writing(other.id, uuid4(), "Elsewhere."))
    key_of = notes_of(way.id).key_of
    written[0] = await save(ground, ada, Writing(way.id, written[0].id, "Changed, and still first."), 1)
    async with ground.database.reading() as stores:
        assert await stores.notes.page(ada, way.id, Seek(None, 2)) == written[:3]
        for number, one in enumerate(written):
            after = Seek(Cursor("next", key_of(one)), 2)
            assert await stores.notes.page(ada, way.id, after) == written[number + 1 : number + 4]
            before = Seek(Cursor("prev", key_of(one)), 2)
            assert (
                await stores.notes.page(ada, way.id, before) == written[max(number - 2, 0) : number + 1][::-1]
            )


async def test_what_fails_leaves_nothing_and_erasing_takes_all(ground: Ground) -> None:
    ada, way, note = await ground.somebody(), ground.route(None), uuid4()
    async with ground.database.transaction(keep=False) as stores:
        await stores.notes.save(ada, Writing(way.id, note, "Ducks."), None)
    assert await get(ground, ada, way.id, note) is None
    await save(ground, ada, Writing(way.id, note, "Ducks."))
    async with ground.database.transaction() as stores:
        assert await stores.users.erase(ada)
    assert await get(ground, ada, way.id, note) is None
