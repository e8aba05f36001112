"""What every seed store does, on dicts and on PostgreSQL."""

import pytest

from tests.stores.contract import KINDS, TABLES, USES, WORDS, Backend, kind, stored, use, word
from wildside.domain.errors import ConstraintViolated
from wildside.domain.reference import Row


class TestTables:
    async def test_each_table_is_described_by_its_catalogue(self, backend: Backend) -> None:
        async with backend.database.reading() as stores:
            tables = await stores.seeding.tables()
        assert {table.name: tables[table.name] for table in TABLES} == {
            "kinds": KINDS,
            "words": WORDS,
            "uses": USES,
        }


class TestRows:
    async def test_a_table_begins_empty(self, backend: Backend) -> None:
        assert await backend.stored("kinds") == []

    async def test_inactive_rows_are_read_too(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", is_active=False))
        assert await backend.stored("kinds") == [stored(kind("a"), is_active=False)]

    async def test_the_rows_of_administrators_can_be_read_alone(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        mine = stored(kind("mine"), source_type="admin")
        await backend.edit("kinds", mine)
        async with backend.database.reading() as stores:
            assert await stores.seeding.rows("kinds", adopted_only=True) == [mine]

    async def test_what_was_read_is_the_callers_own(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", notes={"x": [1]}))
        async with backend.database.reading() as stores:
            [read] = await stores.seeding.rows("kinds")
            read["notes"]["x"].append(2)
            assert await stores.seeding.rows("kinds") == [stored(kind("a", notes={"x": [1]}))]


class TestImages:
    async def test_they_are_the_rows_as_they_would_read_back_in_the_same_order(
        self, backend: Backend
    ) -> None:
        rows: list[Row] = [
            {"slug": "b", "notes": {"x": 1}},
            {"slug": "a", "sort_order": 3, "is_active": False},
        ]
        async with backend.database.reading() as stores:
            assert await stores.seeding.images("kinds", rows) == [
                stored(kind("b", None, notes={"x": 1})),
                stored(kind("a", 3), is_active=False),
            ]

    async def test_they_are_what_an_upsert_stores(self, backend: Backend) -> None:
        rows = [kind("a", 3, notes=["x", {"y": None}]), {"slug": "b"}]
        async with backend.database.reading() as stores:
            images = await stores.seeding.images("kinds", rows)
        await backend.given("kinds", *rows)
        assert await backend.stored("kinds") == images

    async def test_no_rows_have_no_images(self, backend: Backend) -> None:
        async with backend.database.reading() as stores:
            assert await stores.seeding.images("kinds", []) == []


class TestViolations:
    async def test_good_rows_break_nothing(self, backend: Backend) -> None:
        async with backend.database.reading() as stores:
            assert await stores.seeding.violations("kinds", [kind("a"), kind("b", parent="a")]) == []

    async def test_every_rule_that_any_row_breaks_is_named_with_the_row(self, backend: Backend) -> None:
        rows = [kind("a"), kind("much-too-long"), kind("far-too-long-too", 0, parent="a")]
        async with backend.database.reading() as stores:
            found = await stores.seeding.violations("kinds", rows)
        assert sorted((each.row, each.constraint, each.message, sorted(each.columns)) for each in found) == [
            (2, "kinds_slug_is_short", "breaks the rule kinds_slug_is_short", ["slug"]),
            (3, "kinds_roots_come_first", "breaks the rule kinds_roots_come_first", ["parent", "sort_order"]),
            (3, "kinds_slug_is_short", "breaks the rule kinds_slug_is_short", ["slug"]),
        ]

    async def test_a_rule_that_cannot_tell_is_not_broken(self, backend: Backend) -> None:
        async with backend.database.reading() as stores:
            assert await stores.seeding.violations("words", [word("nowhere", "x")]) == []


class TestUpsert:
    async def test_new_rows_are_inserted(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("b", 2, parent="a"))
        assert await backend.stored("kinds") == [stored(kind("a")), stored(kind("b", 2, parent="a"))]

    async def test_a_child_may_come_before_its_parent(self, backend: Backend) -> None:
        await backend.given("kinds", kind("c", parent="b"), kind("b", parent="a"), kind("a"))
        assert len(await backend.stored("kinds")) == 3

    async def test_a_seed_row_that_differs_is_updated(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("b"))
        await backend.given("kinds", kind("a", 7, notes={"x": 1}))
        assert await backend.stored("kinds") == [stored(kind("a", 7, notes={"x": 1})), stored(kind("b"))]

    async def test_a_deprecated_row_comes_back(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", is_active=False))
        await backend.given("kinds", kind("a"))
        assert await backend.stored("kinds") == [stored(kind("a"))]

    async def test_an_administrators_row_is_left_alone(self, backend: Backend) -> None:
        mine = stored(kind("a", 9), source_type="admin")
        await backend.edit("kinds", mine)
        await backend.given("kinds", kind("a", 1))
        assert await backend.stored("kinds") == [mine]

    async def test_what_an_administrator_hid_is_not_brought_back(self, backend: Backend) -> None:
        hidden = stored(kind("a"), source_type="admin", is_active=False)
        await backend.edit("kinds", hidden)
        await backend.given("kinds", kind("a"))
        assert await backend.stored("kinds") == [hidden]

    async def test_a_row_given_back_to_the_seed_is_updated_again(self, backend: Backend) -> None:
        await backend.edit("kinds", stored(kind("a", 9)))
        await backend.given("kinds", kind("a", 1))
        assert await backend.stored("kinds") == [stored(kind("a", 1))]

    async def test_a_row_whose_parent_is_nowhere_is_refused_by_name(self, backend: Backend) -> None:
        with pytest.raises(ConstraintViolated) as refused:
            await backend.given("words", word("nowhere", "x"))
        assert refused.value.constraint == "words_kind_fkey"

    async def test_a_row_that_breaks_a_rule_is_refused_by_name(self, backend: Backend) -> None:
        with pytest.raises(ConstraintViolated) as refused:
            await backend.given("kinds", kind("much-too-long"))
        assert refused.value.constraint == "kinds_slug_is_short"


class TestDeprecate:
    async def test_seed_rows_become_inactive_and_stay(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("b"))
        async with backend.database.transaction() as stores:
            await stores.seeding.deprecate("kinds", [("b",)])
        assert await backend.stored("kinds") == [stored(kind("a")), stored(kind("b"), is_active=False)]

    async def test_a_composite_key_is_matched_as_a_whole(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("b"))
        await backend.given("words", word("a", "x"), word("a", "y"), word("b", "x"))
        async with backend.database.transaction() as stores:
            await stores.seeding.deprecate("words", [("a", "x")])
        active = [(row["kind"], row["word"]) for row in await backend.stored("words") if row["is_active"]]
        assert active == [("a", "y"), ("b", "x")]

    async def test_an_administrators_row_stays_active(self, backend: Backend) -> None:
        mine = stored(kind("a"), source_type="admin")
        await backend.edit("kinds", mine)
        async with backend.database.transaction() as stores:
            await stores.seeding.deprecate("kinds", [("a",)])
        assert await backend.stored("kinds") == [mine]

    async def test_unknown_and_inactive_rows_make_no_version(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", is_active=False))
        async with backend.database.transaction() as stores:
            await stores.seeding.deprecate("kinds", [("a",), ("nowhere",)])
        assert await backend.number() == 1


class TestRename:
    async def test_a_row_keeps_all_but_its_key(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", 3, notes={"x": 1}), kind("b"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
        assert await backend.stored("kinds") == [stored(kind("b")), stored(kind("z", 3, notes={"x": 1}))]

    async def test_children_and_theirs_follow(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("child", parent="a"), kind("b"))
        await backend.given("words", word("a", "x"), word("b", "x"))
        await backend.given("uses", use("u", "a", "x"), use("v", "b", "x"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
        assert stored(kind("child", parent="z")) in await backend.stored("kinds")
        assert await backend.stored("words") == [stored(word("b", "x")), stored(word("z", "x"))]
        assert await backend.stored("uses") == [stored(use("u", "z", "x")), stored(use("v", "b", "x"))]

    async def test_the_rows_of_administrators_follow_too(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.edit("words", stored(word("a", "x"), source_type="admin"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
        assert await backend.stored("words") == [stored(word("z", "x"), source_type="admin")]

    async def test_a_composite_key_can_be_renamed(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("b"))
        await backend.given("words", word("a", "x"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("words", ("a", "x"), ("b", "y"))
            assert await stores.seeding.aliases("words") == {("a", "x"): ("b", "y")}
        assert await backend.stored("words") == [stored(word("b", "y"))]

    async def test_a_key_in_use_is_refused_by_name(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("b"))
        with pytest.raises(ConstraintViolated) as refused:
            async with backend.database.transaction() as stores:
                await stores.seeding.rename("kinds", ("a",), ("b",))
        assert refused.value.constraint == "kinds_pkey"

    @pytest.mark.parametrize(("old", "new"), [("nowhere", "z"), ("a", "a")])
    async def test_a_rename_of_nothing_or_to_itself_makes_no_version(
        self, backend: Backend, old: str, new: str
    ) -> None:
        await backend.given("kinds", kind("a"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", (old,), (new,))
            assert await stores.seeding.aliases("kinds") == {}
        assert await backend.number() == 1


class TestAliases:
    async def test_a_renamed_key_and_those_of_its_children_are_remembered(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.given("words", word("a", "x"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
        async with backend.database.reading() as stores:
            assert await stores.seeding.aliases("kinds") == {("a",): ("z",)}
            assert await stores.seeding.aliases("words") == {("a", "x"): ("z", "x")}

    async def test_a_key_in_use_again_is_no_alias(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
            await stores.seeding.upsert("kinds", [kind("a")])
            assert await stores.seeding.aliases("kinds") == {}

    async def test_a_key_renamed_back_is_no_alias(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
            await stores.seeding.rename("kinds", ("z",), ("a",))
            assert await stores.seeding.aliases("kinds") == {("z",): ("a",)}

    async def test_a_rename_that_was_never_needed_here_can_be_noted(self, backend: Backend) -> None:
        await backend.given("kinds", kind("z"))
        async with backend.database.transaction() as stores:
            await stores.seeding.note_alias("kinds", ("a",), ("z",))
        async with backend.database.reading() as stores:
            assert await stores.seeding.aliases("kinds") == {("a",): ("z",)}
        assert await backend.number() == 1

    async def test_a_known_alias_is_kept_as_it_was(self, backend: Backend) -> None:
        await backend.given("kinds", kind("z"))
        async with backend.database.transaction() as stores:
            await stores.seeding.note_alias("kinds", ("a",), ("z",))
            await stores.seeding.note_alias("kinds", ("a",), ("y",))
            assert await stores.seeding.aliases("kinds") == {("a",): ("z",)}

    async def test_before_the_first_version_there_is_nothing_to_note(self, backend: Backend) -> None:
        async with backend.database.transaction() as stores:
            await stores.seeding.note_alias("kinds", ("a",), ("z",))
            assert await stores.seeding.aliases("kinds") == {}
