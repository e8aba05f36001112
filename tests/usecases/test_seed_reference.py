"""A seed: what it does and keeps, what it reports, and that it is all or nothing."""

from typing import Any

import pytest

from tests.builders import MOMENT
from tests.conftest import REFERENCE
from tests.usecases.support import Connection, Folder, everything, seed, tag, ticking, value
from wildside.domain.command_errors import SeedRefused
from wildside.domain.seeding import COUNTS
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import PostgresDatabase


async def last_run(database: PostgresDatabase) -> Any:
    async with database.reading() as stores:
        return await stores.seeding.last_run()


class TestRun:
    async def test_a_first_seed_inserts_every_row_as_version_one(self, database: PostgresDatabase) -> None:
        source = read_source(REFERENCE)
        report = await seed(database, source)
        rows = {name: len(file.rows) for name, file in source.files.items()}
        assert {name: counts["inserted"] for name, counts in report.run.counts.items()} == rows
        assert (report.total("inserted"), report.total("unchanged")) == (sum(rows.values()), 0)
        assert (report.run.version_from, report.run.version_to) == (0, 1)

    async def test_what_is_reported_is_what_is_kept(self, database: PostgresDatabase) -> None:
        clock = ticking()
        source = read_source(REFERENCE)
        report = await seed(database, source, actor="ada", now=lambda: next(clock))
        assert await last_run(database) == report.run
        assert (report.run.actor, report.run.source_digest) == ("ada", source.digest)
        assert report.run.started_at == MOMENT
        assert report.run.finished_at > report.run.started_at

    async def test_versions_are_journalled_under_the_actor_and_the_reason(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        folder.change("tags", "coffee", sort_order=11)
        await seed(seeded, folder, actor="ada", reason="coffee first")
        made = admin.execute("select version, actor, reason from reference_versions order by version desc")
        assert made.fetchone() == (2, "ada", "coffee first")

    async def test_every_row_is_counted_under_what_happened_to_it(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update tags set source_type = 'admin' where slug = 'views'")
        folder.add("tags", tag("brand-new"))
        folder.change("tags", "coffee", sort_order=11)
        folder.drop("tags", slug="instagram")
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        before = len(folder.rows("tags"))
        report = await seed(seeded, folder)
        assert dict(report.run.counts["tags"]) == {
            "inserted": 1,
            "updated": 1,
            "unchanged": before - 3,
            "deprecated": 1,
            "renamed": 1,
            "adopted": 1,
        }
        assert report.deprecations == {"tags": [("instagram",)]}
        assert (await last_run(seeded)).counts == report.run.counts

    async def test_a_run_that_changed_nothing_is_kept_without_a_version(
        self, seeded: PostgresDatabase, folder: Folder
    ) -> None:
        path = folder.path / "tags.json"
        path.write_text(path.read_text() + "\n")
        report = await seed(seeded, folder)
        assert not report.repeated
        assert (report.run.version_from, report.run.version_to) == (1, 1)
        assert {name for name in COUNTS if report.total(name)} == {"unchanged"}
        assert (await last_run(seeded)).source_digest == folder.source().digest

    async def test_rows_that_change_places_are_written_in_one_version(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        one, two = folder.rows("tags")[:2]
        folder.change("tags", one["slug"], sort_order=two["sort_order"])
        folder.change("tags", two["slug"], sort_order=one["sort_order"])
        report = await seed(seeded, folder)
        assert (report.total("updated"), report.run.version_to) == (2, 2)
        first = admin.execute("select slug from tags where is_active order by sort_order").fetchone()
        assert first == (two["slug"],)

    async def test_each_step_is_announced_with_its_table(self, database: PostgresDatabase) -> None:
        steps: list[tuple[str, str]] = []
        source = read_source(REFERENCE)
        await seed(database, source, progress=lambda what, table: steps.append((what, table)))
        order = source.manifest.order
        assert steps == [(what, table) for what in ("checking", "planning", "writing") for table in order]


class TestRepeated:
    async def test_an_unchanged_source_is_not_even_a_run(
        self, seeded: PostgresDatabase, admin: Connection
    ) -> None:
        before = everything(admin)
        report = await seed(seeded, read_source(REFERENCE), actor="ada")
        assert report.repeated
        assert (report.run.version_from, report.run.version_to) == (1, 1)
        assert everything(admin) == before

    async def test_it_writes_nothing_at_all(self, seeded: PostgresDatabase, admin: Connection) -> None:
        """The least of several tries: what else the server writes meanwhile is none of ours."""
        written = []
        for _ in range(8):
            before = value(admin, "select pg_current_wal_insert_lsn()")
            await seed(seeded, read_source(REFERENCE))
            written.append(value(admin, f"select pg_current_wal_insert_lsn() - '{before}'::pg_lsn"))
        assert min(written) == 0

    async def test_a_database_that_changed_since_is_brought_back(
        self, seeded: PostgresDatabase, admin: Connection
    ) -> None:
        admin.execute("update tags set sort_order = 999 where slug = 'coffee'")
        report = await seed(seeded, read_source(REFERENCE))
        assert not report.repeated
        assert report.total("updated") == 1
        assert value(admin, "select sort_order from tags where slug = 'coffee'") == 10

    async def test_an_older_source_is_no_repetition(self, seeded: PostgresDatabase, folder: Folder) -> None:
        folder.change("tags", "coffee", sort_order=11)
        await seed(seeded, folder)
        report = await seed(seeded, read_source(REFERENCE))
        assert (report.repeated, report.total("updated"), report.run.version_to) == (False, 1, 3)


class TestDeprecation:
    async def test_a_row_that_left_the_source_is_kept_but_inactive(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        folder.drop("tags", slug="instagram")
        await seed(seeded, folder)
        assert value(admin, "select is_active from tags where slug = 'instagram'") is False

    async def test_a_row_that_is_back_in_the_source_is_active_again(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        folder.drop("tags", slug="instagram")
        await seed(seeded, folder)
        report = await seed(seeded, read_source(REFERENCE))
        assert report.total("updated") == 1
        assert value(admin, "select is_active from tags where slug = 'instagram'") is True

    async def test_a_parent_may_leave_with_all_its_children_in_one_run(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        rules = folder.drop("osm_tag_rules", category="cafe")
        folder.drop("interest_poi_categories", category="cafe")
        assert rules > 0
        folder.drop("poi_categories", slug="cafe")
        report = await seed(seeded, folder)
        assert report.deprecations["poi_categories"] == [("cafe",)]
        assert len(report.deprecations["osm_tag_rules"]) == rules
        assert value(admin, "select count(*) from osm_tag_rules where category = 'cafe' and is_active") == 0

    async def test_a_tree_may_leave_whole(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        folder.add("poi_categories", {**tag("z-root", 9001, "Root"), "parent": None})
        folder.add("poi_categories", {**tag("a-leaf", 9002, "Leaf"), "parent": "z-root"})
        await seed(seeded, folder)
        await seed(seeded, read_source(REFERENCE))
        left = admin.execute("select slug from poi_categories where not is_active order by 1").fetchall()
        assert left == [("a-leaf",), ("z-root",)]

    async def test_a_child_may_be_moved_away_from_the_parent_that_leaves(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        folder.add("poi_categories", {**tag("old-root", 9001, "Old"), "parent": None})
        folder.add("poi_categories", {**tag("new-root", 9002, "New"), "parent": None})
        folder.add("poi_categories", {**tag("leaf", 9003, "Leaf"), "parent": "old-root"})
        await seed(seeded, folder)
        folder.change("poi_categories", "leaf", parent="new-root")
        folder.drop("poi_categories", slug="old-root")
        report = await seed(seeded, folder)
        assert report.deprecations == {"poi_categories": [("old-root",)]}
        assert value(admin, "select parent from poi_categories where slug = 'leaf'") == "new-root"


class TestShrinkGuard:
    async def test_a_table_that_would_lose_too_much_stops_the_whole_seed(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.write("tags", folder.rows("tags")[:1])
        folder.write("badges", folder.rows("badges")[:1])
        with pytest.raises(SeedRefused) as refused:
            await seed(untouched, folder)
        assert [refusal.split()[:2] for refusal in refused.value.refusals] == [
            ["shrink:", "tags"],
            ["shrink:", "badges"],
        ]

    async def test_what_is_allowed_by_name_is_done(self, seeded: PostgresDatabase, folder: Folder) -> None:
        lost = len(folder.rows("tags")) - 1
        folder.write("tags", folder.rows("tags")[:1])
        report = await seed(seeded, folder, allow_shrink=("tags",))
        assert report.total("deprecated") == lost
