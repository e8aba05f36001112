"""Sources that are wrong: every problem at once, with its place, and nothing written."""

from typing import Any

import psycopg
import pytest

from tests.usecases.support import Folder, places, problems, tag, value
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.outbound.postgres.seeding import PostgresSeeding


class TestNothingIsWritten:
    async def test_a_missing_file_deprecates_nothing(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        (folder.path / "tags.json").unlink()
        assert await places(untouched, folder) == ["tags.json:0:: unreadable"]

    async def test_an_empty_file_deprecates_nothing(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.write("tags", [])
        assert await places(untouched, folder) == ["tags.json:0:: empty_source"]

    async def test_one_bad_row_keeps_all_good_ones_out(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.add("badges", tag("brand-new"))
        folder.add("tags", tag("Not Kebab"))
        assert len(await problems(untouched, folder)) == 1

    async def test_a_bad_source_does_not_even_rename(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        folder.add("poi_categories", {**tag("lost", 9001), "parent": "nowhere"})
        assert len(await problems(untouched, folder)) == 1

    @pytest.mark.parametrize("method", ["rename", "upsert", "deprecate", "note_alias", "record"])
    async def test_no_statement_that_writes_is_sent_before_every_row_is_known_to_be_good(
        self, untouched: PostgresDatabase, folder: Folder, monkeypatch: pytest.MonkeyPatch, method: str
    ) -> None:
        async def write(*_: Any) -> None:
            raise AssertionError(f"{method} was called")

        monkeypatch.setattr(PostgresSeeding, method, write)
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        folder.change("regions", folder.rows("regions")[-1]["slug"], min_zoom=99)
        assert len(await problems(untouched, folder)) == 1


class TestAtOnce:
    async def test_what_is_wrong_in_all_files_is_one_report_in_order(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        (folder.path / "badges.json").unlink()
        (folder.path / "gradients.json").write_text("[{]")
        folder.write("surfaces", [])
        folder.change("tags", "coffee", icon="no namespace")
        folder.change("tags", "views", colour="blue", sort_order="20")
        folder.add("themes", tag("twin", 1001), tag("twin", 1002))
        count = len(folder.rows("themes"))
        assert await places(untouched, folder) == [
            "badges.json:0:: unreadable",
            "gradients.json:0:: invalid_json",
            "surfaces.json:0:: empty_source",
            "tags.json:3:/colour: unknown_column",
            "tags.json:3:/sort_order: wrong_type",
            f"themes.json:{count}:/slug: duplicate_key",
        ]

    async def test_all_broken_rules_of_all_tables_are_one_report(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.change("tags", "coffee", icon="no namespace", localizations={"es": {"name": "Café"}})
        folder.change("badges", "teal-line", icon="none")
        row = 1 + [row["slug"] for row in folder.rows("badges")].index("teal-line")
        assert await problems(untouched, folder) == [
            f"badges.json:{row}:/icon: check_violation: breaks the rule badges_icon_has_namespace",
            "tags.json:1:/icon: check_violation: breaks the rule tags_icon_has_namespace",
            "tags.json:1:/localizations: check_violation: breaks the rule tags_localizations_are_valid",
        ]

    async def test_a_rule_over_several_columns_points_to_the_row(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.change("regions", folder.rows("regions")[0]["slug"], min_zoom=20, max_zoom=3)
        assert await places(untouched, folder) == ["regions.json:1:: check_violation"]

    async def test_all_faults_of_links_are_one_report(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        count = len(folder.rows("poi_categories"))
        folder.add(
            "poi_categories",
            {**tag("lost", 9001), "parent": "nowhere"},
            {**tag("ring-a", 9002), "parent": "ring-b"},
            {**tag("ring-b", 9003), "parent": "ring-a"},
            {**tag("hidden", 9004), "parent": None, "is_active": False},
            {**tag("shown", 9005), "parent": "hidden"},
        )
        folder.change("tags", "coffee", localizations={"en-GB": {"name": "A"}, "xx": {"name": "B"}})
        assert await places(untouched, folder) == [
            f"poi_categories.json:{count + 1}:/parent: dangling_reference",
            f"poi_categories.json:{count + 2}:/parent: cycle",
            f"poi_categories.json:{count + 5}:/parent: inactive_parent",
            "tags.json:1:/localizations/xx: unknown_member",
        ]

    async def test_a_bad_row_hides_no_fault_of_a_link_elsewhere(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.add("tags", tag("Not Kebab"))
        folder.add("poi_categories", {**tag("lost", 9001), "parent": "nowhere"})
        found = [place.split(": ")[1] for place in await places(untouched, folder)]
        assert sorted(found) == ["check_violation", "dangling_reference"]


class TestManifest:
    async def test_a_child_declared_before_its_parent_is_named(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        manifest = folder.path / "manifest.toml"
        entry = '    { name = "themes" },\n'
        manifest.write_text(manifest.read_text().replace(entry, "").replace("\n]", f"\n{entry}]"))
        assert await problems(untouched, folder) == [
            "manifest.toml:0:/table: order_mismatch: theme_interests is declared before themes, "
            "which it refers to (theme_interests_theme_fkey)"
        ]

    async def test_a_table_that_only_one_side_knows_is_named(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        manifest = folder.path / "manifest.toml"
        manifest.write_text(manifest.read_text().replace('"badges"', '"pg_class"'))
        folder.write("pg_class", [{"slug": "a"}])
        assert await problems(untouched, folder) == [
            "manifest.toml:0:/table: order_mismatch: pg_class is not a reference table of this database",
            "manifest.toml:0:/table: order_mismatch: the reference table badges is not declared",
        ]

    async def test_object_keys_of_a_table_that_is_not_there_are_a_problem(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        manifest = folder.path / "manifest.toml"
        manifest.write_text(
            manifest.read_text().replace('localizations = "locales"', 'localizations = "tongues"')
        )
        [problem] = await problems(untouched, folder)
        assert problem.startswith("manifest.toml:0:/object_keys/localizations: ")


async def test_a_manifest_of_another_data_set_is_refused_table_by_table(
    database: PostgresDatabase, connection: psycopg.Connection[Any], folder: Folder
) -> None:
    (folder.path / "manifest.toml").write_text('table = [{ name = "events" }]\n')
    folder.write("events", [{"id": "a"}])
    assert len(await problems(database, folder)) == 21
    assert value(connection, "select version from reference_counter") == 0
