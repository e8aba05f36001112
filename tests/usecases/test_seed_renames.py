"""Keys that change: declared, done once, followed by all that refer to them, and never guessed."""

import pytest

from tests.usecases.support import Connection, Folder, everything, seed, tag, value
from wildside.domain.command_errors import SeedRefused, SourceInvalid
from wildside.outbound.postgres.pool import PostgresDatabase

PARENTED = ("poi_categories", "osm_tag_rules", "interest_poi_categories")


async def refusals(database: PostgresDatabase, folder: Folder) -> list[str]:
    with pytest.raises(SeedRefused) as refused:
        await seed(database, folder)
    return list(refused.value.refusals)


def declared(folder: Folder) -> Folder:
    """A source in which cafe is coffee-house now, and says so."""
    folder.replace("cafe", "coffee-house", "poi_categories")
    for table in ("osm_tag_rules", "interest_poi_categories"):
        rows = folder.rows(table)
        folder.write(
            table,
            [
                row | {"category": row["category"].replace("cafe", "coffee-house")}
                if row["category"] == "cafe"
                else row
                for row in rows
            ],
        )
    folder.rename("poi_categories", "cafe", "coffee-house")
    return folder


class TestDeclared:
    async def test_a_rename_takes_the_children_along_and_nothing_is_new_or_lost(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        rules = value(admin, "select count(*) from osm_tag_rules where category = 'cafe'")
        report = await seed(seeded, declared(folder))
        assert [(rename.old, rename.new) for rename in report.renames] == [(("cafe",), ("coffee-house",))]
        assert {name: report.total(name) for name in ("inserted", "updated", "deprecated", "renamed")} == {
            "inserted": 0,
            "updated": 0,
            "deprecated": 0,
            "renamed": 1,
        }
        moved = value(
            admin, "select count(*) from osm_tag_rules where category = 'coffee-house' and is_active"
        )
        assert moved == rules > 0

    async def test_the_old_key_stays_known(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        await seed(seeded, declared(folder))
        alias = admin.execute(
            "select old_key, new_key from reference_aliases where table_name = 'poi_categories'"
        )
        assert alias.fetchall() == [(["cafe"], ["coffee-house"])]

    async def test_it_is_done_once_however_often_it_is_declared(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        await seed(seeded, declared(folder))
        before = everything(admin)
        folder.write("renames", folder.rows("renames"))
        (folder.path / "renames.json").write_text((folder.path / "renames.json").read_text() + " ")
        report = await seed(seeded, folder)
        after = everything(admin)
        assert (report.repeated, report.renames, report.total("renamed")) == (False, [], 0)
        assert {**after, "reference_seed_runs": []} == {**before, "reference_seed_runs": []}

    async def test_user_data_follows(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("create table favourites (tag text references tags on update cascade)")
        admin.execute("insert into favourites values ('free')")
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        await seed(seeded, folder)
        assert value(admin, "select tag from favourites") == "no-charge"

    async def test_an_administrators_edit_is_kept_under_the_new_key(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update tags set icon = 'tag:mug', source_type = 'admin' where slug = 'free'")
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        report = await seed(seeded, folder)
        assert [row.key for row in report.adopted] == [("no-charge",)]
        assert value(admin, "select icon from tags where slug = 'no-charge'") == "tag:mug"

    async def test_a_composite_key_can_be_renamed(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        rule = folder.rows("osm_tag_rules")[0]
        rows = folder.rows("osm_tag_rules")
        folder.write("osm_tag_rules", [rows[0] | {"osm_value": "brand_new"}, *rows[1:]])
        old = [rule["osm_key"], rule["osm_value"]]
        folder.rename("osm_tag_rules", old, [rule["osm_key"], "brand_new"])
        report = await seed(seeded, folder)
        assert (report.total("renamed"), report.total("inserted"), report.total("deprecated")) == (1, 0, 0)

    async def test_a_fresh_database_learns_the_alias(
        self, database: PostgresDatabase, folder: Folder
    ) -> None:
        report = await seed(database, declared(folder))
        assert (report.renames, report.total("renamed")) == ([], 0)
        async with database.reading() as stores:
            assert await stores.seeding.aliases("poi_categories") == {("cafe",): ("coffee-house",)}

    async def test_a_chain_ends_at_its_last_key_whatever_was_seen_of_it(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        folder.replace("free", "gratis", "tags")
        folder.rename("tags", "free", "no-charge")
        folder.rename("tags", "no-charge", "gratis")
        report = await seed(seeded, folder)
        assert (report.total("renamed"), report.total("inserted"), report.total("deprecated")) == (2, 0, 0)
        assert value(admin, "select count(*) from tags where slug = 'gratis' and is_active") == 1

    async def test_a_rename_onto_a_row_that_is_there_is_refused(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.drop("tags", slug="free")
        folder.rename("tags", "free", "coffee")
        [refusal] = await refusals(untouched, folder)
        assert refusal.startswith("rename_conflict: tags has both free and coffee")

    async def test_a_declaration_that_does_not_fit_the_source_is_a_problem_of_its_row(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.rename("tags", "free", "no-charge")
        with pytest.raises(SourceInvalid) as invalid:
            await seed(untouched, folder)
        assert [problem.split(": ")[:2] for problem in invalid.value.problems] == [
            ["renames.json:1:/from", "rename_source_present"],
            ["renames.json:1:/to", "rename_target_missing"],
        ]


class TestUndeclared:
    async def test_a_key_changed_in_the_source_alone_is_refused(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.replace("free", "no-charge", "tags")
        [refusal] = await refusals(untouched, folder)
        assert refusal.startswith("undeclared_rename: tags loses free and gains no-charge")

    async def test_a_retired_row_may_be_replaced_by_its_like(
        self, seeded: PostgresDatabase, folder: Folder
    ) -> None:
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", None)
        report = await seed(seeded, folder)
        assert (report.deprecations, report.total("inserted")) == ({"tags": [("free",)]}, 1)

    async def test_all_refusals_of_all_tables_are_one_report(
        self, untouched: PostgresDatabase, folder: Folder
    ) -> None:
        folder.replace("free", "no-charge", "tags")
        folder.replace("teal-line", "blue-line", "badges")
        folder.write("surfaces", folder.rows("surfaces")[:2])
        codes = [refusal.split()[:2] for refusal in await refusals(untouched, folder)]
        assert codes == [
            ["undeclared_rename:", "tags"],
            ["undeclared_rename:", "badges"],
            ["shrink:", "surfaces"],
        ]


class TestBySql:
    async def test_a_source_that_still_has_the_old_key_is_refused(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update tags set slug = 'no-charge' where slug = 'free'")
        found = await refusals(seeded, folder)
        assert [
            refusal for refusal in found if refusal.startswith("renamed_in_database: tags free was renamed")
        ]

    async def test_it_is_refused_even_if_the_text_changed_as_well(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update tags set slug = 'no-charge', icon = 'tag:coin' where slug = 'free'")
        assert [refusal.split(":")[0] for refusal in await refusals(seeded, folder)] == [
            "renamed_in_database"
        ]

    async def test_it_is_refused_after_two_renames_too(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update tags set slug = 'no-charge', icon = 'tag:coin' where slug = 'free'")
        admin.execute("update tags set slug = 'gratis' where slug = 'no-charge'")
        assert [refusal.split(":")[0] for refusal in await refusals(seeded, folder)] == [
            "renamed_in_database"
        ]

    async def test_a_source_that_follows_passes_and_renames_nothing_again(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update tags set slug = 'no-charge' where slug = 'free'")
        folder.replace("free", "no-charge", "tags")
        folder.rename("tags", "free", "no-charge")
        report = await seed(seeded, folder)
        assert report.renames == []
        assert {report.total(name) for name in ("inserted", "updated", "deprecated", "renamed")} == {0}

    async def test_the_children_that_followed_must_be_followed_as_well(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update poi_categories set slug = 'coffee-house' where slug = 'cafe'")
        report = await seed(seeded, declared(folder))
        assert {report.total(name) for name in ("inserted", "updated", "deprecated", "renamed")} == {0}

    async def test_a_new_row_may_take_the_old_key(
        self, seeded: PostgresDatabase, admin: Connection, folder: Folder
    ) -> None:
        admin.execute("update tags set slug = 'no-charge' where slug = 'free'")
        folder.add("tags", folder.rows("tags")[4] | {"slug": "no-charge"})
        folder.change(
            "tags",
            "free",
            **{key: tag("free", 900, "At liberty")[key] for key in ("sort_order", "localizations")},
        )
        report = await seed(seeded, folder)
        assert (report.total("inserted"), report.total("deprecated")) == (1, 0)
