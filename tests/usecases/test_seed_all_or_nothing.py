"""A seed leaves everything as it was, or does all of what it reports; and two never mix."""

import asyncio
from typing import Any

import pytest

from tests.conftest import REFERENCE
from tests.usecases.support import Connection, Folder, everything, seed, tag, value
from wildside.domain.command_errors import SeedLocked, SeedRefused, SourceInvalid
from wildside.domain.seeding import SeedReport
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.outbound.postgres.seeding import PostgresSeeding


class TestDryRun:
    def changed(self, folder: Folder, admin: Connection) -> Folder:
        admin.execute("update tags set source_type = 'admin', sort_order = 7 where slug = 'views'")
        folder.add("tags", tag("brand-new"))
        folder.drop("tags", slug="instagram")
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        return folder

    async def test_it_leaves_everything_as_it_was(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        self.changed(folder, admin)
        before = everything(admin)
        await seed(seeded, folder, dry_run=True)
        assert everything(admin) == before

    async def test_it_reports_all_that_the_real_run_then_does(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        self.changed(folder, admin)
        dry = await seed(seeded, folder, dry_run=True)
        real = await seed(seeded, folder)
        assert dry == SeedReport(real.run, real.renames, real.deprecations, real.adopted, dry_run=True)
        assert dry.deprecations == {"tags": [("instagram",)]}
        assert [(rename.old, rename.new) for rename in dry.renames] == [(("free",), ("no-charge",))]
        assert [row.key for row in dry.adopted] == [("views",)]

    async def test_it_is_refused_like_the_real_run(self, untouched: PostgresDatabase, folder: Folder) -> None:
        folder.write("tags", folder.rows("tags")[:1])
        with pytest.raises(SeedRefused):
            await seed(untouched, folder, dry_run=True)
        folder.write("tags", [])
        with pytest.raises(SourceInvalid):
            await seed(untouched, folder, dry_run=True)

    async def test_it_says_so_when_there_is_nothing_to_do(self, untouched: PostgresDatabase) -> None:
        report = await seed(untouched, read_source(REFERENCE), dry_run=True)
        assert (report.dry_run, report.repeated) == (True, True)


class Failure(Exception):
    """Not one of ours."""


class TestFailure:
    @pytest.mark.parametrize("method", ["rename", "upsert", "deprecate", "note_alias", "settle", "record"])
    async def test_a_failure_at_any_step_leaves_everything_as_it_was(
        self,
        seeded: PostgresDatabase,
        admin: Connection,
        folder: Folder,
        monkeypatch: pytest.MonkeyPatch,
        method: str,
    ) -> None:
        async def fail(self: Any, *arguments: Any) -> None:
            await works(self, *arguments)
            raise Failure

        folder.add("tags", tag("brand-new"))
        folder.add("regions", folder.rows("regions")[-1] | {"slug": "atlantis", "sort_order": 9999})
        folder.drop("badges", slug="teal-line")
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        folder.change("regions", "atlantis", localizations={"en-GB": {"name": "Atlantis"}})
        before, works = everything(admin), getattr(PostgresSeeding, method)
        with monkeypatch.context() as broken:
            broken.setattr(PostgresSeeding, method, fail)
            with pytest.raises(Failure):
                await seed(seeded, folder)
        assert everything(admin) == before
        assert (await seed(seeded, folder)).run.version_to == 2

    async def test_a_seed_that_is_cancelled_leaves_everything_as_it_was(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        def stop_at(what: str, table: str) -> None:
            if (what, table) == ("writing", "regions"):
                running.cancel()

        folder.add("tags", tag("brand-new"))
        before = everything(admin)
        running = asyncio.ensure_future(seed(seeded, folder, progress=stop_at))
        with pytest.raises(asyncio.CancelledError):
            await running
        assert everything(admin) == before
        assert (await seed(seeded, folder)).total("inserted") == 1


class TestTwoAtOnce:
    async def test_the_second_waits_and_then_finds_nothing_to_do(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        folder.add("tags", tag("brand-new"))
        reports = await asyncio.gather(*(seed(seeded, folder, wait=10) for _ in range(3)))
        assert sorted(report.repeated for report in reports) == [False, True, True]
        assert value(admin, "select count(*) from reference_seed_runs") == 2

    async def test_the_second_is_told_who_is_at_work(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("set application_name = 'wildside seed (ada)'")
        with admin.transaction():
            admin.execute("select pg_advisory_xact_lock(x'57494C44'::int, 1)")
            with pytest.raises(SeedLocked) as locked:
                await seed(seeded, folder, wait=0.2)
        assert "wildside seed (ada)" in str(locked.value)
        assert f"backend {admin.info.backend_pid}" in str(locked.value)
