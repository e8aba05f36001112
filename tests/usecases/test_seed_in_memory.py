"""Seeds over dicts: what holds for any sources and any edits between them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import MOMENT, image, row, source, table
from tests.usecases.support import seed
from wildside.domain.command_errors import SourceInvalid
from wildside.domain.errors import ConstraintViolated
from wildside.domain.reference import Column, Link, Table
from wildside.domain.source import Rename, Source
from wildside.outbound.memory.database import MemoryDatabase

KINDS = table(
    "kinds",
    Column("tag", "text", nullable=True, default=False),
    links=[Link("kinds_tag_fkey", ("tag",), "tags", ("slug",))],
)


def a_database(*tables: Table) -> MemoryDatabase:
    return MemoryDatabase(tables or [table(), KINDS], now=lambda: MOMENT)


def a_source(tags: list[Any], kinds: list[Any], *renames: Rename) -> Source:
    """A source with a digest of what is in it."""
    return source({"tags": tags, "kinds": kinds}, renames, digest=repr((tags, kinds, renames)))


async def active(database: MemoryDatabase, name: str = "tags") -> list[str]:
    async with database.reading() as stores:
        return [row["slug"] for row in (await stores.reference.content()).tables[name].rows]


async def test_a_seed_fills_the_tables_and_a_second_has_nothing_to_do() -> None:
    database, wanted = a_database(), a_source([row("a", 2), row("b", 1)], [row("k", tag="a")])
    first, second = await seed(database, wanted), await seed(database, wanted)
    assert (first.total("inserted"), first.run.version_to) == (3, 1)
    assert (second.repeated, second.run.version_to) == (True, 1)
    assert await active(database) == ["b", "a"]


async def test_a_dry_run_leaves_nothing_behind() -> None:
    database = a_database()
    report = await seed(database, a_source([row("a")], [row("k", tag=None)]), dry_run=True)
    async with database.reading() as stores:
        assert (report.run.version_to, await stores.seeding.version()) == (1, 0)
        assert await stores.seeding.last_run() is None


async def test_children_follow_a_rename() -> None:
    database = a_database()
    await seed(database, a_source([row("a"), row("b", 2)], [row("k", tag="a")]))
    rename = Rename("tags", ("a",), ("z",), 1)
    report = await seed(database, a_source([row("z"), row("b", 2)], [row("k", tag="z")], rename))
    assert (report.total("renamed"), report.total("inserted"), report.total("deprecated")) == (1, 0, 0)
    async with database.reading() as stores:
        assert [row["tag"] for row in await stores.seeding.rows("kinds")] == ["z"]
        assert await stores.seeding.aliases("tags") == {("a",): ("z",)}


async def test_a_link_to_nowhere_is_found_before_anything_is_written() -> None:
    database = a_database()
    with pytest.raises(SourceInvalid):
        await seed(database, a_source([row("a")], [row("k", tag="nowhere")]))
    async with database.reading() as stores:
        assert await stores.seeding.version() == 0


async def test_what_the_validation_lets_pass_the_database_still_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wildside.usecases.seed_reference.link_problems", lambda *_: [])
    database = a_database()
    with pytest.raises(ConstraintViolated):
        await seed(database, a_source([row("a", is_active=False)], [row("k", tag="a")]))
    async with database.reading() as stores:
        assert await stores.seeding.version() == 0


SLUGS = st.sampled_from("abcdef")
SOURCES = st.dictionaries(SLUGS, st.integers(0, 3), min_size=1)
EDITS = st.dictionaries(
    SLUGS, st.tuples(st.integers(10, 12), st.booleans(), st.sampled_from(["seed", "admin"]))
)


def tags_of(places: Mapping[str, int]) -> Source:
    rows = [row(slug, 10 * place + index) for index, (slug, place) in enumerate(places.items())]
    return source({"tags": rows}, digest=repr(rows))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(SOURCES, EDITS), min_size=1, max_size=4))
def test_after_any_seed_the_active_rows_are_those_of_the_source_and_of_administrators(
    history: list[tuple[dict[str, int], dict[str, tuple[int, bool, str]]]],
) -> None:
    async def live() -> None:
        database = a_database(table())
        admins: dict[str, bool] = {}
        for places, edits in history:
            await seed(database, tags_of(places), allow_shrink=["tags"])
            held = {slug for slug, shown in admins.items() if shown}
            assert set(await active(database)) == held | (places.keys() - admins.keys())
            await _check_repetition(database, places)
            for slug, (place, shown, owner) in edits.items():
                await database.edit("tags", image(slug, place, is_active=shown, source_type=owner))
                admins.pop(slug, None)
                admins |= {slug: shown} if owner == "admin" else {}

    asyncio.run(live())


async def _check_repetition(database: MemoryDatabase, places: dict[str, int]) -> None:
    """Seed again, once as a repetition and once in full: neither finds anything to do."""
    wanted = tags_of(places)
    again = await seed(database, wanted, allow_shrink=["tags"])
    assert again.repeated
    reworded = source({"tags": wanted.files["tags"].rows}, digest=wanted.digest + "again")
    full = await seed(database, reworded, allow_shrink=["tags"])
    assert full.run.version_from == full.run.version_to == again.run.version_to
    assert full.adopted == again.adopted
    assert full.total("inserted") + full.total("updated") + full.total("deprecated") == 0
