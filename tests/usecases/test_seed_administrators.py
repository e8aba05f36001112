"""What administrators did since: kept, reported at every run, and given back when they say so."""

import pytest

from tests.usecases.support import Connection, Folder, everything, seed, tag, value
from wildside.domain.command_errors import SourceInvalid
from wildside.domain.plan import Adopted
from wildside.outbound.postgres.pool import PostgresDatabase


async def test_an_adopted_row_survives_and_its_differences_are_reported(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute("update tags set icon = 'tag:mug', source_type = 'admin' where slug = 'coffee'")
    report = await seed(seeded, folder)
    assert report.adopted == [Adopted("tags", ("coffee",), {"icon": ("tag:coffee-cup", "tag:mug")})]
    assert value(admin, "select icon from tags where slug = 'coffee'") == "tag:mug"


async def test_it_is_reported_at_every_run_also_at_those_with_nothing_to_do(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute("update tags set icon = 'tag:mug', source_type = 'admin' where slug = 'coffee'")
    reports = [await seed(seeded, folder) for _ in range(3)]
    assert [report.repeated for report in reports] == [False, True, True]
    assert reports[0].adopted == reports[1].adopted == reports[2].adopted != []


async def test_what_is_adopted_is_told_apart_from_a_source_that_moved_on(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute("update tags set source_type = 'admin' where slug = 'coffee'")
    assert (await seed(seeded, folder)).adopted == [Adopted("tags", ("coffee",), {})]
    folder.change("tags", "coffee", sort_order=11)
    assert (await seed(seeded, folder)).adopted == [Adopted("tags", ("coffee",), {"sort_order": (11, 10)})]


async def test_a_hidden_row_is_not_brought_back(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute("update tags set is_active = false, source_type = 'admin' where slug = 'coffee'")
    folder.change("tags", "coffee", sort_order=11)
    report = await seed(seeded, folder)
    assert report.adopted == [
        Adopted("tags", ("coffee",), {"is_active": (True, False), "sort_order": (11, 10)})
    ]
    assert value(admin, "select is_active from tags where slug = 'coffee'") is False


async def test_a_released_row_is_taken_again_by_the_next_seed(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute("update tags set icon = 'tag:mug', source_type = 'admin' where slug = 'coffee'")
    await seed(seeded, folder)
    admin.execute("update tags set source_type = 'seed' where slug = 'coffee'")
    report = await seed(seeded, folder)
    assert (report.total("updated"), report.adopted) == (1, [])
    assert value(admin, "select icon from tags where slug = 'coffee'") == "tag:coffee-cup"


async def test_an_adopted_row_that_left_the_source_stays(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute("update tags set source_type = 'admin' where slug = 'instagram'")
    folder.drop("tags", slug="instagram")
    report = await seed(seeded, folder)
    assert (report.total("deprecated"), report.adopted) == (0, [])
    assert value(admin, "select is_active from tags where slug = 'instagram'") is True


NEW = """
insert into tags (slug, sort_order, icon, localizations, source_type)
values ('harbour', 700, 'tag:ship', '{"en-GB": {"name": "Harbour"}}', 'admin')
"""


async def test_an_administrators_own_row_is_nobody_elses_business(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute(NEW)
    before = everything(admin)["tags"]
    report = await seed(seeded, folder)
    assert report.adopted == []
    assert everything(admin)["tags"] == before


async def test_a_source_row_that_clashes_with_an_administrators_is_reported_and_not_written(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute(NEW)
    folder.add("tags", tag("harbour", 800, "The harbour"))
    report = await seed(seeded, folder)
    [clash] = report.adopted
    assert (clash.key, sorted(clash.differences)) == (("harbour",), ["icon", "localizations", "sort_order"])
    assert (report.total("inserted"), report.total("adopted")) == (0, 1)
    assert value(admin, "select sort_order from tags where slug = 'harbour'") == 700


async def test_a_parent_may_not_leave_an_administrators_active_child(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    admin.execute("""
        insert into poi_categories (slug, sort_order, parent, icon, localizations, source_type)
        values ('reading-cafe', 7000, 'cafe', 'poi:book', '{"en-GB": {"name": "Reading café"}}', 'admin')""")
    folder.drop("osm_tag_rules", category="cafe")
    folder.drop("interest_poi_categories", category="cafe")
    folder.drop("poi_categories", slug="cafe")
    with pytest.raises(SourceInvalid) as invalid:
        await seed(seeded, folder)
    assert invalid.value.problems == (
        "database:0:/parent: inactive_parent: poi_categories reading-cafe: poi_categories cafe is not active",
    )


async def test_a_source_row_below_what_an_administrator_hid_is_named(
    seeded: PostgresDatabase, admin: Connection, folder: Folder
) -> None:
    hide = "is_active = false, source_type = 'admin'"
    with admin.transaction():
        admin.execute(f"update osm_tag_rules set {hide} where category = 'cafe'")
        admin.execute(f"update interest_poi_categories set {hide} where category = 'cafe'")
        admin.execute(f"update poi_categories set {hide} where slug = 'cafe'")
    assert (await seed(seeded, folder)).total("adopted") > 1
    folder.add("poi_categories", {**tag("cat-cafe", 9001, "Cat café"), "parent": "cafe"})
    with pytest.raises(SourceInvalid) as invalid:
        await seed(seeded, folder)
    assert invalid.value.problems == (
        f"poi_categories.json:{len(folder.rows('poi_categories'))}:/parent: inactive_parent: "
        "poi_categories cafe is not active",
    )
