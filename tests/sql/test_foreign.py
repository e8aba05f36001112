"""Another data set through the same code: nothing in the engine knows its tables."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import yoyo

from tests.conftest import url_of_connection
from tests.http.support import client_over
from tests.sql.library import FOREIGN, ORDERS, change, expected, release, rename, rows_of, seed
from tests.sql.support import Connection, aliases, column, journal, scratch_database, version
from tests.sql.test_migrations import migrator, schema
from wildside.domain.command_errors import SeedRefused, SourceInvalid
from wildside.outbound.postgres.pool import PostgresDatabase

API = "/api/v1/reference"


def test_its_migrations_go_up_down_and_up_again(cluster: SimpleNamespace, migrations: Path) -> None:
    with scratch_database(cluster) as url, migrator(url) as backend:
        ours = yoyo.read_migrations(str(migrations))
        backend.apply_migrations(ours)
        before = schema(url)
        backend.rollback_migrations(backend.to_rollback(ours))
        backend.apply_migrations(backend.to_apply(ours))
        assert schema(url) == before


async def test_what_is_read_is_what_was_written(library_database: PostgresDatabase, folder: Path) -> None:
    report = await seed(library_database, folder)
    assert report.total("inserted") == 13
    tables = json.loads((await release(library_database)).bootstrap.content)["tables"]
    assert tables == {name: expected(folder, name) for name in ORDERS}


async def test_seeding_twice_makes_no_version(
    library_database: PostgresDatabase, library: Connection, folder: Path
) -> None:
    await seed(library_database, folder)
    before = await release(library_database)
    assert (await seed(library_database, folder)).repeated
    (folder / "genres.json").write_text(json.dumps(rows_of(folder, "genres")))
    again = await seed(library_database, folder)
    assert (again.repeated, again.total("unchanged"), version(library)) == (False, 13, 1)
    assert await release(library_database) == before


async def test_a_changed_row_is_the_only_change(
    library_database: PostgresDatabase, library: Connection, folder: Path
) -> None:
    await seed(library_database, folder)
    change(folder, "editions", lambda rows: rows[0]["details"]["series"].update(number=7))
    change(folder, "editions", lambda rows: rows[1]["page_counts"].append(320))
    report = await seed(library_database, folder)
    assert (report.total("updated"), report.total("unchanged")) == (2, 11)
    query = "select table_name from reference_metadata where version_seq = 2"
    assert column(library, query) == ["editions"]
    tables = json.loads((await release(library_database)).bootstrap.content)["tables"]
    assert tables["editions"] == expected(folder, "editions")


async def test_a_renamed_genre_takes_its_tree_and_its_editions_along(
    library_database: PostgresDatabase, library: Connection, folder: Path
) -> None:
    await seed(library_database, folder)
    rename(folder, ("genres", "whodunit", "detective"), ("genres", "travel", "journeys"))
    change(folder, "genres", lambda rows: rows[0].update(parent="detective"))
    change(folder, "genres", lambda rows: rows[1].update(slug="detective"))
    change(folder, "genres", lambda rows: rows[3].update(slug="journeys"))
    change(folder, "editions", lambda rows: [rows[n].update(genre="journeys") for n in (2, 3)])
    report = await seed(library_database, folder)
    assert (len(report.renames), report.total("inserted"), report.total("deprecated")) == (2, 0, 0)
    assert aliases(library, "genres") == [(["travel"], ["journeys"]), (["whodunit"], ["detective"])]
    tables = json.loads((await release(library_database)).bootstrap.content)["tables"]
    assert tables == {name: expected(folder, name) for name in ORDERS}


async def test_a_composite_key_is_renamed_too(
    library_database: PostgresDatabase, library: Connection, folder: Path
) -> None:
    await seed(library_database, folder)
    rename(folder, ("shelfMarks", ["North", 2], ["North", 3]))
    change(folder, "shelfMarks", lambda rows: rows[0].update(floor=3))
    change(folder, "editions", lambda rows: rows[1].update(floor=3))
    await seed(library_database, folder)
    assert aliases(library, "shelfMarks") == [(["North", 2], ["North", 3])]
    assert journal(library, "editions")[5:] == [("upsert", ["The Hollow Man", "fi"], None)]
    assert version(library) == 2


async def test_rows_that_leave_the_source_are_deprecated(
    library_database: PostgresDatabase, library: Connection, folder: Path
) -> None:
    await seed(library_database, folder)
    change(folder, "editions", lambda rows: [rows.pop(0), rows.pop(0)])
    change(folder, "genres", lambda rows: [rows.pop(0), rows.pop(0)])
    report = await seed(library_database, folder)
    assert report.deprecations["genres"] == [("locked-room",), ("whodunit",)]
    assert version(library) == 2
    tables = json.loads((await release(library_database)).bootstrap.content)["tables"]
    assert tables == {name: expected(folder, name) for name in ORDERS}
    await seed(library_database, FOREIGN / "reference")
    tables = json.loads((await release(library_database)).bootstrap.content)["tables"]
    assert tables == {name: expected(FOREIGN / "reference", name) for name in ORDERS}


async def test_an_edition_cannot_stay_without_its_shelf(
    library_database: PostgresDatabase, library: Connection, folder: Path
) -> None:
    await seed(library_database, folder)
    change(folder, "shelfMarks", lambda rows: rows.pop(0))
    with pytest.raises(SourceInvalid) as caught:
        await seed(library_database, folder)
    assert caught.value.problems == (
        "editions.json:2:/building: inactive_parent: shelfMarks North/2 is not active",
    )
    assert version(library) == 1


async def test_its_own_shrink_limit_holds(library_database: PostgresDatabase, folder: Path) -> None:
    await seed(library_database, folder)
    change(folder, "editions", lambda rows: [rows.pop() for _ in range(3)])
    with pytest.raises(SeedRefused):
        await seed(library_database, folder)
    await seed(library_database, folder, allow_shrink=["editions"])


WRONG: list[tuple[str, int, str, Any, str]] = [
    ("shelfMarks", 1, "opened", "2001-02-30", "shelfMarks.json:2:/opened: wrong_type"),
    ("shelfMarks", 1, "area", 10000, "shelfMarks.json:2:/area: wrong_type"),
    ("shelfMarks", 1, "area", 0, "shelfMarks.json:2:/area: check_violation"),
    ("shelfMarks", 1, "floor", 1.5, "shelfMarks.json:2:/floor: wrong_type"),
    ("editions", 0, "page_counts", ["306"], "editions.json:1:/page_counts: wrong_type"),
    ("editions", 0, "authors", "Carr", "editions.json:1:/authors: wrong_type"),
    ("editions", 0, "details", [], "editions.json:1:/details: check_violation"),
    ("editions", 0, "building", "South", "editions.json:1:/building: dangling_reference"),
    ("genres", 4, "parent", "locked-room", "genres.json:1:/parent: cycle"),
]


@pytest.mark.parametrize(("table", "row", "name", "wrong", "problem"), WRONG)
async def test_what_is_wrong_is_the_only_problem_reported(
    library_database: PostgresDatabase,
    folder: Path,
    table: str,
    row: int,
    name: str,
    wrong: Any,
    problem: str,
) -> None:
    change(folder, table, lambda rows: rows[row].update({name: wrong}))
    with pytest.raises(SourceInvalid) as caught:
        await seed(library_database, folder)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)


@pytest_asyncio.fixture
async def client(
    library_database: PostgresDatabase, library: Connection
) -> AsyncIterator[httpx2.AsyncClient]:
    await seed(library_database, FOREIGN / "reference")
    async with client_over(url_of_connection(library)) as opened:
        yield opened


async def test_the_api_serves_it_all(client: httpx2.AsyncClient) -> None:
    answer = (await client.get(f"{API}/bootstrap")).raise_for_status()
    assert answer.json()["tables"] == {name: expected(FOREIGN / "reference", name) for name in ORDERS}


@pytest.mark.parametrize("name", list(ORDERS))
async def test_the_api_serves_each_table(client: httpx2.AsyncClient, name: str) -> None:
    answer = (await client.get(f"{API}/{name}")).raise_for_status()
    assert answer.json()["tables"] == {name: expected(FOREIGN / "reference", name)}


async def test_the_api_lists_its_tables(client: httpx2.AsyncClient) -> None:
    answer = (await client.get(f"{API}/version")).raise_for_status()
    tables = answer.json()["tables"]
    assert {name: table["rows"] for name, table in tables.items()} == {
        "genres": 5,
        "shelfMarks": 3,
        "editions": 5,
    }


async def test_the_api_knows_no_table_of_ours(client: httpx2.AsyncClient) -> None:
    assert (await client.get(f"{API}/tags")).status_code == 404
