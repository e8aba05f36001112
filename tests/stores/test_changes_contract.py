"""A client that is fed by differences has what one has that reads everything: after every edit."""

import asyncio
import hashlib
import json
import random
from typing import Any

import pytest

from tests.builders import Mail
from tests.stores.contract import Backend, kind, use, word
from wildside.domain.delta import Token
from wildside.domain.errors import NotFound, StoreError
from wildside.domain.release import Release, build_release, canonical
from wildside.outbound.postgres.pool import PostgresStores
from wildside.ports.database import Stores
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases

SLUGS = [f"k{n}" for n in range(1, 12)]
Held = dict[str, list[dict[str, Any]]]


def releases(backend: Backend) -> PastReleases:
    return PastReleases(backend.database, CurrentRelease(backend.database, Mail()))


async def newest(backend: Backend) -> Release:
    async with backend.database.reading() as stores:
        return build_release(await stores.reference.content())


async def changes(backend: Backend, since: Release, until: Release | None = None) -> dict[str, Any]:
    to = None if until is None else Token.parse("to", until.token)
    body = await releases(backend).changes(Token.parse("since", since.token), to)
    answer: dict[str, Any] = json.loads(body.content)
    return answer


def apply(held: Held, answer: dict[str, Any]) -> Held:
    """What docs/api.md tells clients to do; written here once more, from the document."""
    if answer["mode"] == "full":
        held = {}
    held = dict(held)
    for name in answer["order"]:
        entry = answer["tables"][name]
        lost = [*entry["removals"], *(rename["from"] for rename in entry["renames"])]
        rows = {json.dumps([row[c] for c in entry["key"]]): row for row in held.get(name, [])}
        for key in lost:
            rows.pop(json.dumps(key))
        rows |= {json.dumps([row[c] for c in entry["key"]]): row for row in entry["upserts"]}
        place = entry["order"]
        held[name] = sorted(rows.values(), key=lambda row: [(row[c] is None, row[c]) for c in place])
        assert hashlib.sha256(canonical(held[name])).hexdigest() == entry["digest"], (name, answer)
    for name in answer["tables"].keys() - set(answer["order"]):
        assert answer["tables"][name] is None
        del held[name]
    return held


def everything(release: Release) -> Held:
    tables: Held = json.loads(release.bootstrap.content)["tables"]
    return tables


async def many_kinds(backend: Backend) -> None:
    """Enough rows that a difference is smaller than everything."""
    await backend.given("kinds", *(kind(f"k{n}", n, notes={"text": "x" * 200}) for n in range(1, 30)))


class TestModes:
    async def test_who_has_the_newest_is_told_nothing(self, backend: Backend) -> None:
        await many_kinds(backend)
        answer = await changes(backend, await newest(backend))
        assert (answer["mode"], answer["tables"], answer["order"]) == ("none", {}, [])
        assert answer["from"] == answer["to"]

    async def test_a_small_difference_is_sent_alone(self, backend: Backend) -> None:
        await many_kinds(backend)
        before = await newest(backend)
        await backend.given("kinds", kind("k1", 1, notes="new"))
        answer = await changes(backend, before)
        assert answer["mode"] == "delta"
        assert list(answer["tables"]) == ["kinds"]
        assert [row["slug"] for row in answer["tables"]["kinds"]["upserts"]] == ["k1"]

    async def test_a_difference_larger_than_everything_is_everything(self, backend: Backend) -> None:
        await backend.given("kinds", *(kind(f"kind-{n:06}", n) for n in range(600)))
        before = await newest(backend)
        async with backend.database.transaction() as stores:
            await stores.seeding.deprecate("kinds", [(f"kind-{n:06}",) for n in range(1, 600)])
        answer = await changes(backend, before)
        assert answer["mode"] == "full"
        assert apply(everything(before), answer) == everything(await newest(backend))

    @pytest.mark.parametrize(
        "token", ["other.1-0123456789abcdef", "{epoch}.99-0123456789abcdef", "{epoch}.1-0123456789abcdef"]
    )
    async def test_who_has_what_never_was_here_gets_everything(self, backend: Backend, token: str) -> None:
        await many_kinds(backend)
        await backend.given("kinds", kind("k1", 1, notes="new"))
        release = await newest(backend)
        token = token.format(epoch=release.version.epoch)
        body = await releases(backend).changes(Token.parse("since", token), None)
        answer = json.loads(body.content)
        assert (answer["mode"], answer["from"], answer["to"]) == ("full", token, release.token)
        assert apply({"gone": []}, answer) == everything(release)

    async def test_a_change_that_was_taken_back_is_no_change(self, backend: Backend) -> None:
        await many_kinds(backend)
        before = await newest(backend)
        await backend.given("kinds", kind("k1", 1, notes="new"))
        await backend.given("kinds", kind("k1", 1, notes={"text": "x" * 200}))
        answer = await changes(backend, before)
        assert (answer["mode"], answer["tables"]) == ("delta", {})

    async def test_a_pinned_difference_stays_what_it_was(self, backend: Backend) -> None:
        await many_kinds(backend)
        first = await newest(backend)
        await backend.given("kinds", kind("k1", 1, notes="new"))
        second = await newest(backend)
        answer = await changes(backend, first, second)
        await backend.given("kinds", kind("k2", 2, notes="newer"))
        assert await changes(backend, first, second) == answer

    async def test_a_pinned_end_that_never_was_is_not_found(self, backend: Backend) -> None:
        await many_kinds(backend)
        release = await newest(backend)
        for other in (release.token[:-1] + "g", release.token.replace(".1-", ".2-")):
            token = Token(release.version.epoch, int(other.partition(".")[2].partition("-")[0]), other)
            with pytest.raises(NotFound):
                await releases(backend).changes(Token.parse("since", release.token), token)


class TestNetChanges:
    async def test_parents_come_before_their_children(self, backend: Backend) -> None:
        await many_kinds(backend)
        before = await newest(backend)
        await backend.given("kinds", kind("a", 70), kind("b", 60, parent="a"), kind("c", 50, parent="b"))
        await backend.given("words", word("c", "w"))
        await backend.given("uses", use("u", "c", "w"))
        answer = await changes(backend, before)
        assert answer["order"] == ["kinds", "words", "uses"]
        assert [row["slug"] for row in answer["tables"]["kinds"]["upserts"]] == ["a", "b", "c"]

    async def test_a_rename_is_told_with_the_row(self, backend: Backend) -> None:
        await many_kinds(backend)
        await backend.given("words", word("k1", "w"))
        before = await newest(backend)
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("k1",), ("x1",))
            await stores.seeding.rename("kinds", ("x1",), ("y1",))
        answer = await changes(backend, before)
        kinds, words = answer["tables"]["kinds"], answer["tables"]["words"]
        assert kinds["renames"] == [{"from": ["k1"], "to": ["y1"]}]
        assert (kinds["removals"], [row["slug"] for row in kinds["upserts"]]) == ([], ["y1"])
        assert words["renames"] == [{"from": ["k1", "w"], "to": ["y1", "w"]}]

    async def test_a_removal_is_told_however_long_ago_it_was(self, backend: Backend) -> None:
        await many_kinds(backend)
        before = await newest(backend)
        async with backend.database.transaction() as stores:
            await stores.seeding.deprecate("kinds", [("k7",)])
        for n in range(5):
            await backend.given("kinds", kind("k1", 1, notes=n))
        assert (await changes(backend, before))["tables"]["kinds"]["removals"] == [["k7"]]


class TestPast:
    async def test_every_version_is_what_it_was(self, backend: Backend) -> None:
        seen = []
        for n in range(4):
            await backend.given("kinds", kind("a", notes=n), kind(f"b{n}", n, notes={"n": 0.5}))
            seen.append(await newest(backend))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
        past = releases(backend)
        for release in seen:
            rebuilt = await past.at(release.version.number)
            assert rebuilt.bootstrap == release.bootstrap

    @pytest.mark.parametrize("number", [0, -1, 2, 99])
    async def test_there_is_none_that_never_was(self, backend: Backend, number: int) -> None:
        await backend.given("kinds", kind("a"))
        with pytest.raises(NotFound):
            await releases(backend).at(number)


async def edit(backend: Backend, dice: random.Random) -> None:
    """One transaction of one to three random edits; some break a rule and leave nothing behind."""
    try:
        async with backend.database.transaction() as stores:
            for _ in range(dice.randint(1, 3)):
                if dice.random() < 0.3:
                    await edit_as_administrator(stores, dice)
                else:
                    await edit_as_seed(stores, dice)
    except (StoreError, KeyError):
        pass


async def edit_as_seed(stores: Stores, dice: random.Random) -> None:
    one, other = dice.sample(SLUGS, 2)
    match dice.randrange(6):
        case 0:
            await stores.seeding.deprecate("kinds", [(one,)])
        case 1:
            await stores.seeding.rename("kinds", (one,), (other,))
        case 2:
            await stores.seeding.upsert("words", [word(one, dice.choice("abc"), dice.random())])
        case 3:
            await stores.seeding.deprecate("words", [(one, dice.choice("abc"))])
        case _:
            parent = dice.choice([None, None, other])
            row = kind(one, dice.randint(1, 5), parent=parent, notes=dice.random())
            await stores.seeding.upsert("kinds", [row])


async def edit_as_administrator(stores: Stores, dice: random.Random) -> None:
    """Set, hide, show or release a row, or, where there is a journal, go back to a version."""
    if isinstance(stores, PostgresStores) and dice.random() < 0.3:
        newest = await stores.seeding.version()
        await stores.history.roll_back(dice.randint(max(1, newest - 6), newest))
        return
    owner, active = dice.choice(["admin", "seed"]), dice.random() < 0.7
    changes = {"notes": dice.random(), "is_active": active, "source_type": owner}
    await stores.editing.revise("kinds", (dice.choice(SLUGS),), changes)


@pytest.mark.parametrize("seed", range(4))
async def test_differences_lead_to_what_everything_is(backend: Backend, seed: int) -> None:
    dice = random.Random(seed)
    await many_kinds(backend)
    passed = [await newest(backend)]
    held = everything(passed[0])
    for _ in range(40):
        await edit(backend, dice)
        release = await newest(backend)
        held = apply(held, await changes(backend, passed[-1]))
        assert held == everything(release)
        old = dice.choice(passed)
        assert apply(everything(old), await changes(backend, old)) == held
        passed.append(release)
    assert len({release.token for release in passed}) > 15


async def test_a_client_that_reads_among_eight_writers_misses_nothing(backend: Backend) -> None:
    if backend.name == "memory":
        return  # one writer at a time, by its making
    await many_kinds(backend)
    held_release = await newest(backend)
    held = everything(held_release)
    writers = [asyncio.create_task(_write(backend, random.Random(n))) for n in range(8)]
    while not all(writer.done() for writer in writers):
        answer = await changes(backend, held_release)
        held = apply(held, answer)
        past = await releases(backend).of(Token.parse("to", answer["to"]))
        assert held == everything(past)
        held_release = past
        await asyncio.sleep(0.01)
    await asyncio.gather(*writers)
    assert apply(held, await changes(backend, held_release)) == everything(await newest(backend))


async def _write(backend: Backend, dice: random.Random) -> None:
    for _ in range(12):
        await edit(backend, dice)
