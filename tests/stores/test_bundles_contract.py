"""Offline bundles: what both databases keep of them, and what they refuse."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from tests.builders import MOMENT
from tests.stores.ground import Ground, of_region
from wildside.domain.bundles import BUNDLES, COMPLETE, DOWNLOADING, FAILED, NEXT, QUEUED, Bundle, Manifest
from wildside.domain.errors import (
    IdTaken,
    InvalidTransition,
    RetryTransaction,
    RevisionMismatch,
    Unauthorized,
)
from wildside.domain.geometry import Bounds, Zooms
from wildside.domain.pages import Cursor, Seek
from wildside.domain.revisions import expecting
from wildside.usecases.put_bundle import put_bundle

WHOLE = Seek(None, 100)
PROGRESS = {QUEUED: 0.0, DOWNLOADING: 0.5, COMPLETE: 1.0, FAILED: 0.5}


async def save(ground: Ground, user_id: UUID, manifest: Manifest, replaced: int | None = None) -> Bundle:
    async with ground.database.transaction() as stores:
        return await stores.bundles.save(user_id, manifest, replaced)


async def read(ground: Ground, user_id: UUID, bundle_id: UUID) -> Bundle | None:
    async with ground.database.reading() as stores:
        return await stores.bundles.get(user_id, bundle_id)


async def page(ground: Ground, user_id: UUID | None, device: str, seek: Seek = WHOLE) -> list[Bundle]:
    async with ground.database.reading() as stores:
        return list(await stores.bundles.page(user_id, device, seek))


async def test_what_is_saved_is_what_is_read(ground: Ground) -> None:
    ada, route = await ground.somebody(), ground.route(None)
    everywhere = Bounds(-180, -90, 180, 90), Zooms(0, 22)
    of_route = Manifest(uuid4(), "a", "route", route.id, None, *everywhere, 2**53 - 1, "failed", 0.1)
    for manifest in (of_route, of_region("a")):
        saved = await save(ground, ada, manifest)
        assert (saved.user_id, saved.manifest, saved.revision) == (ada, manifest, 1)
        assert await read(ground, ada, manifest.id) == saved
        async with ground.database.transaction() as stores:
            assert await stores.bundles.hold(ada, manifest.id) == saved


async def test_the_next_revision_keeps_what_it_is_of_and_when_it_was_made(ground: Ground) -> None:
    ada, route = await ground.somebody(), ground.route(None)
    first = await save(ground, ada, of_region("a"))
    named = replace(first.manifest, device_id="b", kind="route", route_id=route.id, region=None)
    changed = {"bounds": Bounds(1, 2, 3, 4), "zooms": Zooms(5, 6), "estimated_size_bytes": 7}
    told = replace(named, **changed, status="downloading", progress=0.25)  # type: ignore[arg-type]
    second = await save(ground, ada, told, 1)
    kept = {"device_id": "a", "kind": "region", "route_id": None, "region": "helsinki"}
    assert second.manifest == Manifest(**{**{n: getattr(told, n) for n in Manifest.__slots__}, **kept})
    assert (second.revision, second.created_at) == (2, first.created_at)
    assert second.updated_at > first.updated_at
    assert await read(ground, ada, told.id) == second


@pytest.mark.parametrize("replaced", [None, 1, 3])
async def test_another_revision_is_told(ground: Ground, replaced: int | None) -> None:
    ada = await ground.somebody()
    first = await save(ground, ada, of_region("a"))
    second = await save(ground, ada, first.manifest, 1)
    with pytest.raises(RevisionMismatch) as raised:
        await save(ground, ada, replace(first.manifest, estimated_size_bytes=9), replaced)
    assert (raised.value.expected, raised.value.actual) == (replaced, 2)
    assert await read(ground, ada, first.manifest.id) == second


@pytest.mark.parametrize("owned", [True, False], ids=["another's", "nobody's"])
async def test_what_is_not_the_users_is_not_there_and_its_id_is_taken(ground: Ground, owned: bool) -> None:
    ada, eve = await ground.somebody(), await ground.somebody()
    theirs = Bundle(ada if owned else None, of_region("a"), 1, MOMENT, MOMENT)
    ground.bundle(theirs)
    async with ground.database.transaction() as stores:
        assert await stores.bundles.get(eve, theirs.manifest.id) is None
        assert await stores.bundles.hold(eve, theirs.manifest.id) is None
        await stores.bundles.remove(eve, theirs.manifest.id)
    with pytest.raises(IdTaken):
        await save(ground, eve, theirs.manifest)
    with pytest.raises(RevisionMismatch) as raised:
        await save(ground, eve, theirs.manifest, 1)
    assert raised.value.actual is None
    assert await page(ground, eve, "a") == []
    if owned:
        assert await read(ground, ada, theirs.manifest.id) == theirs


async def test_what_is_removed_is_gone(ground: Ground) -> None:
    ada = await ground.somebody()
    manifest = of_region("a")
    await save(ground, ada, manifest)
    for _ in range(2):
        async with ground.database.transaction() as stores:
            await stores.bundles.remove(ada, manifest.id)
        assert await read(ground, ada, manifest.id) is None


async def test_nobody_keeps_nothing(ground: Ground) -> None:
    async with ground.database.transaction() as stores:
        with pytest.raises(Unauthorized):
            await stores.bundles.hold(uuid4(), uuid4())
    with pytest.raises(Unauthorized):
        await save(ground, uuid4(), of_region("a"))


async def test_what_has_gone_meanwhile_is_to_be_looked_up_again(ground: Ground) -> None:
    ada = await ground.somebody()
    region = of_region("a", region="atlantis")
    route = replace(region, kind="route", route_id=uuid4(), region=None)
    for manifest in (region, route):
        with pytest.raises(RetryTransaction):
            await save(ground, ada, manifest)


async def test_a_user_who_is_erased_takes_their_bundles_along(ground: Ground) -> None:
    ada, bob = await ground.somebody(), await ground.somebody()
    device = str(uuid4())
    hers, his = [await save(ground, who, of_region(device)) for who in (ada, bob)]
    nobodys = Bundle(None, of_region(device), 1, MOMENT, MOMENT)
    ground.bundle(nobodys)
    async with ground.database.transaction() as stores:
        assert await stores.users.erase(ada)
    assert await read(ground, ada, hers.manifest.id) is None
    assert await page(ground, bob, device) == [his]
    assert await page(ground, None, device) == [nobodys]


@pytest.mark.parametrize("owned", [True, False], ids=["an owner's", "nobody's"])
async def test_pages_have_an_owners_bundles_of_a_device_in_their_order(ground: Ground, owned: bool) -> None:
    ada, bob, device = await ground.somebody(), await ground.somebody(), str(uuid4())
    rows = [
        Bundle(owner, of_region(of), 1, when, when)
        for owner, of in product((ada, bob, None), (device, f"{device}.other"))
        for when in (MOMENT, MOMENT, MOMENT + timedelta(seconds=1), MOMENT - timedelta(microseconds=1))
    ]
    for row in rows:
        ground.bundle(row)
    owner = ada if owned else None
    listed = [row for row in rows if (row.user_id, row.manifest.device_id) == (owner, device)]
    listed.sort(key=BUNDLES.key_of)
    assert await page(ground, owner, device) == listed
    for number, row in enumerate(listed):
        key = BUNDLES.key_of(row)
        after, before = Seek(Cursor("next", key), 2), Seek(Cursor("prev", key), 2)
        assert await page(ground, owner, device, after) == listed[number + 1 : number + 4]
        assert await page(ground, owner, device, before) == listed[max(number - 2, 0) : number + 1][::-1]


ALLOWED = {
    (QUEUED, QUEUED), (QUEUED, DOWNLOADING), (QUEUED, FAILED),
    (DOWNLOADING, DOWNLOADING), (DOWNLOADING, COMPLETE), (DOWNLOADING, FAILED),
    (FAILED, FAILED), (FAILED, QUEUED), (FAILED, DOWNLOADING),
    (COMPLETE, COMPLETE), (COMPLETE, QUEUED),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(NEXT, NEXT)))
async def test_which_status_may_follow_which(ground: Ground, before: str, after: str) -> None:
    ada = await ground.somebody()
    first = replace(of_region("a"), status=before, progress=PROGRESS[before])
    second = replace(first, status=after, progress=PROGRESS[after])
    async with ground.database.transaction() as stores:
        await put_bundle(stores, ada, first, expecting(None))
        if (before, after) in ALLOWED:
            second.check_follows(first)
            stored = await put_bundle(stores, ada, second, expecting(1))
            assert (stored.manifest, stored.revision) == (second, 2)
            return
        with pytest.raises(InvalidTransition):
            second.check_follows(first)
        with pytest.raises(InvalidTransition):
            await put_bundle(stores, ada, second, expecting(1))
        kept = await stores.bundles.get(ada, first.id)
        assert kept is not None
        assert kept.manifest == first
