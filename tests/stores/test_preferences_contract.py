"""Preferences: what both databases keep of them, and what they refuse."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.builders import MOMENT, table
from tests.conftest import url_of_connection
from tests.sql.support import Connection, empty
from wildside.domain.errors import NoRelease, RetryTransaction, RevisionMismatch, Unauthorized
from wildside.domain.preferences import INTERESTS, MOST, TOGGLES, UNITS, Asked, Choices, Meant, Preferences
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Database

NAMED = {"en-GB": {"name": "A name"}}
THEMES = [f"theme-{number}" for number in range(MOST + 1)]
SECTION = {"slug": "some", "sort_order": 1, "icon": "some:icon", "localizations": NAMED}


def rows(*slugs: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"slug": slug, "sort_order": number, "icon": "some:icon", "localizations": NAMED, **more}
        for number, slug in enumerate(slugs)
    ]


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """Each kind of database, with something to choose from."""
    if request.param == "memory":
        names = (INTERESTS, "safety_sections", TOGGLES, UNITS)
        database = MemoryDatabase([table(name) for name in names], now=lambda: MOMENT)
        await fill(database)
        yield database
        return
    connection: Connection = request.getfixturevalue("contract_connection")
    connection.execute("truncate users cascade")
    empty(connection)
    async with PostgresDatabase(url_of_connection(connection), Limits(), "contract tests") as opened:
        await fill(opened)
        yield opened


async def fill(database: Database) -> None:
    async with database.transaction() as stores:
        await stores.seeding.upsert(INTERESTS, rows(*THEMES))
        await stores.seeding.upsert("safety_sections", [SECTION])
        toggles = rows("lit", "shade", "flat", section="some", default_enabled=False)
        await stores.seeding.upsert(TOGGLES, toggles)
        units = [
            {
                "slug": slug, "sort_order": place, "long_unit": "l", "short_unit": "s",
                "metres_per_long_unit": 2.0, "metres_per_short_unit": 1.0, "localizations": NAMED,
            }
            for slug, place in (("yards", 2), ("metres", 1), ("feet", 1))
        ]  # fmt: skip
        await stores.seeding.upsert(UNITS, units)


async def somebody(database: Database) -> UUID:
    user_id = uuid4()
    async with database.transaction() as stores:
        await stores.users.add(user_id, "Ada")
    return user_id


async def save(
    database: Database, user_id: UUID, replaced: int | None = None, *themes: str, **more: Any
) -> Preferences:
    chosen = Choices(themes, **{"safety_toggles": (), "unit_system": "metres", **more})
    async with database.transaction() as stores:
        return await stores.preferences.save(user_id, chosen, replaced)


async def read(database: Database, user_id: UUID) -> Preferences | None:
    async with database.reading() as stores:
        return await stores.preferences.get(user_id)


async def test_who_never_chose_has_none(kept: Database) -> None:
    assert await read(kept, await somebody(kept)) is None
    assert await read(kept, uuid4()) is None


async def test_what_is_saved_is_what_is_read(kept: Database) -> None:
    ada = await somebody(kept)
    saved = await save(
        kept, ada, None, "theme-3", "theme-1", safety_toggles=("shade", "lit"), unit_system="feet"
    )
    assert (saved.interest_themes, saved.safety_toggles) == (("theme-3", "theme-1"), ("shade", "lit"))
    assert (saved.user_id, saved.unit_system, saved.revision) == (ada, "feet", 1)
    assert await read(kept, ada) == saved


async def test_what_is_not_chosen_anew_stays(kept: Database) -> None:
    ada = await somebody(kept)
    first = await save(kept, ada, None, "theme-1", safety_toggles=("shade", "lit"), unit_system="feet")
    saved = await save(kept, ada, 1, "theme-2", safety_toggles=None, unit_system=None)
    assert (saved.interest_themes, saved.safety_toggles) == (("theme-2",), ("shade", "lit"))
    assert (saved.unit_system, saved.revision) == ("feet", 2)
    assert first.updated_at is not None
    assert saved.updated_at is not None
    assert saved.updated_at > first.updated_at
    assert await read(kept, ada) == saved
    emptied = await save(kept, ada, 2)
    assert (emptied.interest_themes, emptied.safety_toggles, emptied.unit_system) == ((), (), "metres")


async def test_the_longest_lists_turned_round(kept: Database) -> None:
    ada, longest = await somebody(kept), THEMES[:MOST]
    await save(kept, ada, None, *longest)
    saved = await save(kept, ada, 1, *longest[::-1])
    assert saved.interest_themes == tuple(longest[::-1])
    assert await read(kept, ada) == saved


@pytest.mark.parametrize("replaced", [None, 1, 3])
async def test_another_revision_is_told(kept: Database, replaced: int | None) -> None:
    ada = await somebody(kept)
    for before in (None, 1):
        await save(kept, ada, before, "theme-1")
    with pytest.raises(RevisionMismatch) as raised:
        await save(kept, ada, replaced, "theme-2")
    assert (raised.value.expected, raised.value.actual) == (replaced, 2)
    found = await read(kept, ada)
    assert found is not None
    assert (found.interest_themes, found.revision) == (("theme-1",), 2)


async def test_a_revision_of_nothing_is_told(kept: Database) -> None:
    ada = await somebody(kept)
    with pytest.raises(RevisionMismatch) as raised:
        await save(kept, ada, 1, "theme-2")
    assert (raised.value.expected, raised.value.actual) == (1, None)


@pytest.mark.parametrize("replaced", [None, 1])
async def test_nobody_cannot_choose(kept: Database, replaced: int | None) -> None:
    with pytest.raises(Unauthorized):
        await save(kept, uuid4(), replaced)
    async with kept.transaction() as stores:
        with pytest.raises(Unauthorized):
            await stores.preferences.hold(uuid4())


async def test_the_revision_that_is_held(kept: Database) -> None:
    ada = await somebody(kept)
    for revision in (None, 1, 2):
        async with kept.transaction() as stores:
            assert await stores.preferences.hold(ada) == revision
        await save(kept, ada, revision)


@pytest.mark.parametrize("changes", [
    {"interest_themes": ("nowhere",)}, {"safety_toggles": ("nowhere",)}, {"unit_system": "nowhere"},
], ids=str)  # fmt: skip
async def test_a_key_that_is_gone_is_to_be_looked_up_again(kept: Database, changes: dict[str, Any]) -> None:
    ada = await somebody(kept)
    for replaced in (None, 1):
        chosen = Choices(**{"interest_themes": (), "safety_toggles": (), "unit_system": "feet", **changes})
        with pytest.raises(RetryTransaction):
            async with kept.transaction() as stores:
                await stores.preferences.save(ada, chosen, replaced)
        await save(kept, ada, replaced)


async def test_each_key_means_a_row_of_its_own_table(kept: Database) -> None:
    async with kept.transaction() as stores:
        await stores.seeding.deprecate(TOGGLES, [("flat",)])
    asked = [
        (INTERESTS, "theme-1"),
        (TOGGLES, "flat"),
        (INTERESTS, "lit"),
        (UNITS, "feet"),
        (TOGGLES, "lit"),
        (UNITS, ""),
    ]
    async with kept.reading() as stores:
        found = await stores.preferences.meanings([Asked(*one, "/x") for one in asked])
        assert list(await stores.preferences.meanings([])) == []
    assert list(found) == [
        Meant("theme-1", True), Meant("flat", False), None, Meant("feet", True), Meant("lit", True), None,
    ]  # fmt: skip


async def test_renames_are_followed_by_what_is_stored_and_what_is_asked(kept: Database) -> None:
    ada = await somebody(kept)
    await save(kept, ada, None, "theme-2", "theme-1", safety_toggles=("lit",), unit_system="feet")
    steps = [
        (INTERESTS, "theme-1", "b"),
        (INTERESTS, "b", "c"),
        (TOGGLES, "lit", "bright"),
        (UNITS, "feet", "foot"),
    ]
    for name, old, new in steps:
        async with kept.transaction() as stores:
            await stores.seeding.rename(name, (old,), (new,))
    found = await read(kept, ada)
    assert found is not None
    assert (found.interest_themes, found.safety_toggles) == (("theme-2", "c"), ("bright",))
    assert (found.unit_system, found.revision) == ("foot", 1)
    async with kept.reading() as stores:
        asked = [Asked(name, old, "/x") for name, old, _ in steps]
        meant = [one.key for one in await stores.preferences.meanings(asked) if one]
    assert meant == ["c", "c", "bright", "foot"]


async def test_a_name_given_again_means_its_new_owner(kept: Database) -> None:
    async with kept.transaction() as stores:
        await stores.seeding.rename(INTERESTS, ("theme-1",), ("b",))
        await stores.seeding.rename(INTERESTS, ("theme-2",), ("theme-1",))
    async with kept.reading() as stores:
        found = await stores.preferences.meanings(
            [Asked(INTERESTS, name, "") for name in ("theme-1", "theme-2")]
        )
    assert [one.key for one in found if one] == ["theme-1", "theme-1"]


async def test_a_name_of_another_table_is_none_of_this_one(kept: Database) -> None:
    async with kept.transaction() as stores:
        await stores.seeding.rename(TOGGLES, ("shade",), ("theme-3",))
    async with kept.reading() as stores:
        found = await stores.preferences.meanings([Asked(name, "shade", "") for name in (INTERESTS, TOGGLES)])
    assert list(found) == [None, Meant("theme-3", True)]


async def test_the_first_unit_system_by_order_then_name(kept: Database) -> None:
    for expected in ("feet", "metres", "yards"):
        async with kept.reading() as stores:
            assert await stores.preferences.first_unit_system() == expected
        async with kept.transaction() as stores:
            await stores.seeding.deprecate(UNITS, [(expected,)])
    async with kept.reading() as stores:
        with pytest.raises(NoRelease):
            await stores.preferences.first_unit_system()


async def test_what_fails_leaves_nothing(kept: Database) -> None:
    ada = await somebody(kept)
    async with kept.transaction(keep=False) as stores:
        await stores.preferences.save(ada, Choices(("theme-1",), (), "feet"), None)
    assert await read(kept, ada) is None
