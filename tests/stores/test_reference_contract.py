"""What every reference store does, on dicts and on PostgreSQL."""

import dataclasses
from datetime import UTC, timedelta

import pytest

from tests.stores.contract import Backend, kind, stored, use, word
from wildside.domain.errors import NoRelease
from wildside.domain.reference import Row
from wildside.domain.release import Content, Version, build_release


async def content(backend: Backend) -> Content:
    async with backend.database.reading() as stores:
        return await stores.reference.content()


async def version(backend: Backend) -> Version:
    async with backend.database.reading() as stores:
        return await stores.reference.version()


class TestBeforeTheFirstVersion:
    async def test_there_is_no_version(self, backend: Backend) -> None:
        with pytest.raises(NoRelease):
            await version(backend)

    async def test_there_is_no_content(self, backend: Backend) -> None:
        with pytest.raises(NoRelease):
            await content(backend)


class TestVersion:
    async def test_it_is_that_of_the_content(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        assert (await content(backend)).version == await version(backend)

    async def test_it_stays_the_same_while_nothing_changes(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        before = await version(backend)
        await backend.given("kinds", kind("a"))
        assert await version(backend) == before

    async def test_it_goes_up_by_one_and_forward_in_time_within_one_epoch(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        first = await version(backend)
        await backend.given("kinds", kind("b"))
        second = await version(backend)
        assert (second.epoch, second.number) == (first.epoch, first.number + 1)
        assert second.created_at > first.created_at

    async def test_it_was_made_at_a_moment_in_utc(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        assert (await version(backend)).created_at.utcoffset() == timedelta()
        assert (await version(backend)).created_at.astimezone(UTC) == (await version(backend)).created_at

    async def test_it_cannot_be_changed(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        with pytest.raises(dataclasses.FrozenInstanceError):
            (await version(backend)).number = 7  # type: ignore[misc]


class TestRows:
    async def test_active_rows_are_read_without_their_bookkeeping(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", notes={"x": None}), kind("b", is_active=False))
        assert (await content(backend)).tables["kinds"].rows == [kind("a", notes={"x": None})]

    async def test_the_rows_of_administrators_are_read_like_any_other(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", 2))
        await backend.edit("kinds", stored(kind("mine", 1), source_type="admin"))
        assert (await content(backend)).tables["kinds"].rows == [kind("mine", 1), kind("a", 2)]

    async def test_they_stand_in_their_order_then_by_code_point(self, backend: Backend) -> None:
        slugs = ["é", "z", "a_b", "ab", "a-b", "B", "a", "Z", "𝄞", "\uffee"]
        await backend.given("kinds", kind("last", None), *(kind(slug, 2) for slug in slugs), kind("zz", -5))
        read = [row["slug"] for row in (await content(backend)).tables["kinds"].rows]
        assert read == ["zz", *sorted(slugs), "last"]

    async def test_a_key_of_two_columns_can_have_another_between_them_in_the_order(
        self, backend: Backend
    ) -> None:
        await backend.given("kinds", kind("a"), kind("B"))
        rows: list[Row] = [
            word("B", "x", 0.9),
            word("a", "z", 0.25),
            word("a", "B", 0.5),
            word("a", "b", 0.5),
        ]
        await backend.given("words", *reversed(rows))
        assert (await content(backend)).tables["words"].rows == rows

    async def test_the_order_does_not_depend_on_how_rows_were_written(self, backend: Backend) -> None:
        await backend.given("kinds", kind("b", 2), kind("a", 1), kind("c", 3))
        before = (await content(backend)).tables["kinds"].rows
        await backend.given("kinds", kind("a", 1, notes=1), kind("b", 2, notes=1))
        await backend.given("kinds", kind("b", 2), kind("a", 1))
        assert (await content(backend)).tables["kinds"].rows == before

    async def test_an_empty_table_is_there_and_empty(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        assert (await content(backend)).tables["words"].rows == []

    async def test_a_hidden_row_is_gone_and_back_with_its_return(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.edit("kinds", stored(kind("a"), is_active=False, source_type="admin"))
        assert (await content(backend)).tables["kinds"].rows == []
        await backend.edit("kinds", stored(kind("a")))
        assert (await content(backend)).tables["kinds"].rows == [kind("a")]

    async def test_what_was_read_is_the_callers_own(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", notes={"x": [1]}))
        (await content(backend)).tables["kinds"].rows[0]["notes"]["x"].append(2)
        assert (await content(backend)).tables["kinds"].rows == [kind("a", notes={"x": [1]})]


class TestTables:
    async def test_each_has_the_version_that_last_changed_it(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.given("words", word("a", "x"))
        await backend.given("kinds", kind("a", 2))
        tables = (await content(backend)).tables
        assert {name: tables[name].version for name in ("kinds", "words", "uses")} == {
            "kinds": 3,
            "words": 2,
            "uses": 0,
        }

    async def test_the_newest_of_them_is_the_version_of_all(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.given("words", word("a", "x"))
        read = await content(backend)
        assert max(table.version for table in read.tables.values()) == read.version.number
        assert read.tables["words"].last_updated == read.version.created_at

    async def test_a_rename_changes_the_tables_of_the_children_too(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.given("words", word("a", "x"))
        await backend.given("uses", use("u", "a", "x"))
        async with backend.database.transaction() as stores:
            await stores.seeding.rename("kinds", ("a",), ("z",))
        tables = (await content(backend)).tables
        assert [tables[name].version for name in ("kinds", "words", "uses")] == [4, 4, 4]


class TestSnapshot:
    async def test_a_reader_sees_nothing_of_a_transaction_that_is_still_open(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        before = await content(backend)
        async with backend.database.transaction() as stores:
            await stores.seeding.upsert("kinds", [kind("b")])
            assert await content(backend) == before
        assert len((await content(backend)).tables["kinds"].rows) == 2

    async def test_each_reading_sees_what_is_committed_by_then(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        async with backend.database.reading() as stores:
            assert (await stores.reference.version()).number == 1
            await backend.given("kinds", kind("b"))
            assert (await stores.reference.version()).number == 2
            assert len((await stores.reference.content()).tables["kinds"].rows) == 2

    async def test_the_same_version_is_the_same_bytes(self, backend: Backend) -> None:
        await backend.given("kinds", kind("b", 1, notes={"y": 1, "x": "é"}), kind("a", 2))
        assert build_release(await content(backend)) == build_release(await content(backend))
