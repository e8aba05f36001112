"""Versions, runs, locks and transactions of every seed store, on dicts and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import MOMENT
from tests.stores.contract import Backend, kind, stored, word
from wildside.domain.command_errors import SeedLocked
from wildside.domain.errors import ConstraintViolated
from wildside.domain.seeding import SeedRun

RUN = SeedRun(
    started_at=MOMENT,
    finished_at=MOMENT + timedelta(microseconds=1500),
    source_digest="a" * 64,
    actor="tester",
    counts={"kinds": {"inserted": 2, "updated": 0}},
    version_from=0,
    version_to=1,
)


class Abandoned(Exception):
    """Raised in a transaction to see it rolled back."""


class TestVersion:
    async def test_it_begins_at_zero(self, backend: Backend) -> None:
        assert await backend.number() == 0

    async def test_a_transaction_makes_one_however_much_it_changes(self, backend: Backend) -> None:
        async with backend.database.transaction() as stores:
            await stores.seeding.upsert("kinds", [kind("a"), kind("b")])
            await stores.seeding.upsert("words", [word("a", "x")])
            await stores.seeding.rename("kinds", ("a",), ("z",))
            await stores.seeding.deprecate("kinds", [("b",)])
        assert await backend.number() == 1

    async def test_each_transaction_that_changes_something_makes_the_next(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.given("kinds", kind("a", 2))
        await backend.edit("kinds", stored(kind("a", 2), source_type="admin"))
        assert await backend.number() == 3

    async def test_writing_the_same_again_makes_none(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a", notes={"x": [1, None]}))
        await backend.given("kinds", kind("a", notes={"x": [1, None]}))
        await backend.given("kinds")
        assert await backend.number() == 1

    async def test_the_transaction_that_made_it_sees_it(self, backend: Backend) -> None:
        async with backend.database.transaction() as stores:
            await stores.seeding.upsert("kinds", [kind("a")])
            assert await stores.seeding.version() == 1

    async def test_a_rolled_back_number_is_given_again(self, backend: Backend) -> None:
        async with backend.database.transaction(keep=False) as stores:
            await stores.seeding.upsert("kinds", [kind("a")])
        await backend.given("kinds", kind("b"))
        assert await backend.number() == 1


class TestTransaction:
    async def test_an_exception_leaves_nothing_behind(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))

        async def abandoned() -> None:
            async with backend.database.transaction() as stores:
                await stores.seeding.rename("kinds", ("a",), ("z",))
                await stores.seeding.upsert("kinds", [kind("b")])
                await stores.seeding.record(RUN)
                raise Abandoned

        with pytest.raises(Abandoned):
            await abandoned()
        async with backend.database.reading() as stores:
            assert await stores.seeding.rows("kinds") == [stored(kind("a"))]
            assert await stores.seeding.aliases("kinds") == {}
            assert await stores.seeding.last_run() is None
            assert await stores.seeding.version() == 1

    async def test_what_is_not_to_be_kept_is_rolled_back(self, backend: Backend) -> None:
        async with backend.database.transaction(keep=False) as stores:
            await stores.seeding.upsert("kinds", [kind("a")])
            assert await stores.seeding.rows("kinds") == [stored(kind("a"))]
        assert await backend.stored("kinds") == []

    async def test_nobody_else_sees_what_is_not_committed(self, backend: Backend) -> None:
        async with backend.database.transaction() as stores:
            await stores.seeding.upsert("kinds", [kind("a")])
            assert await backend.stored("kinds") == []
        assert await backend.stored("kinds") == [stored(kind("a"))]


class TestSettle:
    async def test_a_sound_state_is_settled(self, backend: Backend) -> None:
        async with backend.database.transaction() as stores:
            await stores.seeding.upsert("kinds", [kind("a"), kind("b", parent="a")])
            await stores.seeding.settle()

    async def test_an_active_row_below_an_inactive_one_is_refused_by_name(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.given("words", word("a", "x"))
        async with backend.database.transaction(keep=False) as stores:
            await stores.seeding.deprecate("kinds", [("a",)])
            with pytest.raises(ConstraintViolated) as refused:
                await stores.seeding.settle()
        assert refused.value.constraint == "words_kind_fkey_active"

    async def test_it_is_refused_at_the_end_where_nobody_settled(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"), kind("b", parent="a"))
        with pytest.raises(ConstraintViolated) as refused:
            async with backend.database.transaction() as stores:
                await stores.seeding.deprecate("kinds", [("a",)])
        assert refused.value.constraint == "kinds_parent_fkey_active"
        assert await backend.number() == 1

    async def test_parent_and_child_may_be_deprecated_in_either_order(self, backend: Backend) -> None:
        await backend.given("kinds", kind("a"))
        await backend.given("words", word("a", "x"))
        async with backend.database.transaction() as stores:
            await stores.seeding.deprecate("kinds", [("a",)])
            await stores.seeding.deprecate("words", [("a", "x")])
            await stores.seeding.settle()
        assert await backend.stored("kinds") == [stored(kind("a"), is_active=False)]


class TestRuns:
    async def test_there_is_none_at_first(self, backend: Backend) -> None:
        async with backend.database.reading() as stores:
            assert await stores.seeding.last_run() is None

    async def test_a_run_reads_back_as_it_was_recorded(self, backend: Backend) -> None:
        async with backend.database.transaction() as stores:
            await stores.seeding.record(RUN)
        async with backend.database.reading() as stores:
            assert await stores.seeding.last_run() == RUN

    async def test_the_last_one_recorded_is_the_last_whatever_its_clock_said(self, backend: Backend) -> None:
        earlier = replace(RUN, started_at=MOMENT - timedelta(days=1), actor="second")
        async with backend.database.transaction() as stores:
            await stores.seeding.record(RUN)
            await stores.seeding.record(earlier)
            assert await stores.seeding.last_run() == earlier


class TestLock:
    async def test_a_second_seed_is_told_within_its_patience_who_is_at_work(self, backend: Backend) -> None:
        async with backend.database.transaction() as first, backend.database.transaction() as second:
            await first.seeding.begin("ada", "a test", 1)
            with pytest.raises(
                SeedLocked, match=r"another seed is at work: (ada|contract tests as wildside)"
            ):
                async with asyncio.timeout(2):
                    await second.seeding.begin("grace", "a test", 0.3)

    async def test_a_seed_that_never_waits_is_told_at_once(self, backend: Backend) -> None:
        async with backend.database.transaction() as first, backend.database.transaction() as second:
            await first.seeding.begin("ada", "a test", 1)
            with pytest.raises(SeedLocked):
                await second.seeding.begin("grace", "a test", 0)

    @pytest.mark.parametrize("keep", [True, False])
    async def test_a_patient_seed_sees_what_the_first_committed(self, backend: Backend, keep: bool) -> None:
        async def first(at_work: asyncio.Event) -> None:
            async with backend.database.transaction(keep=keep) as stores:
                await stores.seeding.begin("ada", "a test", 1)
                at_work.set()
                await stores.seeding.upsert("kinds", [kind("a")])
                await asyncio.sleep(0.05)

        at_work = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(first(at_work))
            await at_work.wait()
            async with backend.database.transaction() as stores:
                await stores.seeding.begin("grace", "a test", 5)
                assert await stores.seeding.version() == int(keep)

    async def test_the_lock_ends_with_a_failed_seed(self, backend: Backend) -> None:
        async def failed() -> None:
            async with backend.database.transaction() as stores:
                await stores.seeding.begin("ada", "a test", 1)
                raise Abandoned

        with pytest.raises(Abandoned):
            await failed()
        async with backend.database.transaction() as stores:
            await stores.seeding.begin("grace", "a test", 0)

    async def test_readers_are_not_kept_waiting(self, backend: Backend) -> None:
        async with backend.database.transaction() as stores:
            await stores.seeding.begin("ada", "a test", 1)
            await stores.seeding.upsert("kinds", [kind("a")])
            assert await backend.number() == 0
