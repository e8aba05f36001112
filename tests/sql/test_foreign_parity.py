"""Parity of a data set that the program knows nothing of."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import serving, wildside
from tests.conftest import url_of_connection
from tests.sql.library import FOREIGN, change, seed
from tests.sql.support import Connection
from wildside.outbound.postgres.pool import PostgresDatabase


def parity(url: str, folder: Path, *more: str, code: int) -> Any:
    done = wildside("parity", "--url", url, "--data", str(folder), "--json", *more)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("named", [True, False], ids=["with its database", "by the server's word"])
async def test_a_library_is_equal_from_its_files_to_an_app(
    library_database: PostgresDatabase, library: Connection, folder: Path, named: bool
) -> None:
    await seed(library_database, FOREIGN / "reference")
    database = url_of_connection(library)
    more = ["--database-url", database] if named else []
    with serving(database) as url:
        found = parity(url, folder, *more, code=0)
        assert [stage["rows"] for stage in found["stages"][2:-1]] == [13] * 5
        change(folder, "editions", lambda rows: rows[0]["details"]["series"].update(number=7))
        change(folder, "editions", lambda rows: rows[3].update(place=1.5 if not named else 3))
        change(folder, "shelfMarks", lambda rows: rows.reverse())
        change(folder, "genres", lambda rows: rows.pop(0))
        found = parity(url, folder, *more, code=1)
    bootstrap = [
        (one["table"], one["key"], one["field"], one["kind"])
        for one in found["differences"]
        if one["stage"] == "bootstrap"
    ]
    assert bootstrap == [
        ("genres", ["locked-room"], "", "extra_row"),
        ("editions", ["The Hollow Man", "en"], "/details/series/number", "value"),
        ("editions", ["Roadside notes", "en"], "/place", "value"),
    ]


async def test_a_column_left_out_is_its_default_for_the_catalogue_only(
    library_database: PostgresDatabase, library: Connection, folder: Path
) -> None:
    """`copies` is 1 where it is left out, which no answer of a server can say."""
    change(folder, "editions", lambda rows: [row.pop("copies", None) for row in rows])
    await seed(library_database, folder)
    database = url_of_connection(library)
    with serving(database) as url:
        parity(url, folder, "--database-url", database, code=0)
        found = parity(url, folder, code=1)
    fields = {(one["table"], one["field"]) for one in found["differences"] if one["stage"] == "bootstrap"}
    assert fields == {("editions", "/copies")}


async def test_its_data_need_its_own_database(folder: Path) -> None:
    done = wildside("parity", "--data", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert "genres is not a reference table of this database" in done.stderr
