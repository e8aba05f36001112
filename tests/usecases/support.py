"""A copy of the real reference data to change, and a look at everything a seed may touch."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.builders import MOMENT, seed_order
from tests.conftest import REFERENCE
from wildside.domain.command_errors import SourceInvalid
from wildside.domain.seeding import SeedReport
from wildside.domain.source import Source
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.ports.database import Database
from wildside.usecases.seed_reference import seed_reference

Connection = psycopg.Connection[Any]


class Folder:
    """A copy of sql/reference."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(REFERENCE, path)

    def source(self) -> Source:
        return read_source(self.path)

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads((self.path / f"{table}.json").read_text())
        return rows

    def write(self, table: str, rows: Any) -> None:
        (self.path / f"{table}.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        self.write(table, [*self.rows(table), *rows])

    def change(self, table: str, slug: str, **changes: Any) -> None:
        """Change the row with a slug."""
        rows = self.rows(table)
        next(row for row in rows if row["slug"] == slug).update(changes)
        self.write(table, rows)

    def drop(self, table: str, **where: Any) -> int:
        """Take out the rows that have these values; return how many they were."""
        rows = self.rows(table)
        kept = [row for row in rows if not where.items() <= row.items()]
        self.write(table, kept)
        return len(rows) - len(kept)

    def replace(self, old: str, new: str, *tables: str) -> None:
        """Write another text in place of one wherever these tables have it as a whole."""
        for table in tables:
            path = self.path / f"{table}.json"
            path.write_text(path.read_text().replace(json.dumps(old), json.dumps(new)))

    def rename(self, table: str, old: Any, new: Any) -> None:
        """Declare a rename."""
        self.add("renames", {"table": table, "from": old, "to": new})

    def append_table(self, name: str, rows: Any) -> None:
        """Declare one more table, at the end, with its rows."""
        manifest = self.path / "manifest.toml"
        text = manifest.read_text().rstrip()
        manifest.write_text(f'{text.removesuffix("]")}    {{ name = "{name}" }},\n]\n')
        self.write(name, rows)


def tag(slug: str, sort_order: int = 500, name: str = "A name") -> dict[str, Any]:
    """A source row of tags and of other tables with the same columns."""
    return {
        "slug": slug,
        "sort_order": sort_order,
        "icon": "tag:thing",
        "localizations": {"en-GB": {"name": name}, "es": {"name": name}},
    }


def ticking() -> Iterator[Any]:
    """A clock that goes on by a second each time it is read."""
    for seconds in count():
        yield MOMENT + timedelta(seconds=seconds)


async def seed(database: Database, source: Source | Folder, **order: Any) -> SeedReport:
    wanted = source.source() if isinstance(source, Folder) else source
    return await seed_reference(database, wanted, seed_order(**order))


_BOOKS = ("reference_counter", "reference_versions", "reference_metadata", "reference_journal")


def everything(connection: Connection) -> dict[str, list[Any]]:
    """Every row of every table that a seed may touch, as of now."""
    names = connection.execute("select table_name from reference_metadata order by 1").fetchall()
    tables = [*_BOOKS, "reference_aliases", "reference_seed_runs", *(name for (name,) in names)]
    return {table: _rows(connection, table) for table in tables}


def _rows(connection: Connection, table: str) -> list[Any]:
    found = connection.execute(f"select to_jsonb(t) from {table} t order by to_jsonb(t)::text").fetchall()
    return [row for (row,) in found]


def value(connection: Connection, statement: str) -> Any:
    """The first column of a statement's only row."""
    found = connection.execute(statement).fetchone()
    assert found is not None
    return found[0]


async def problems(database: PostgresDatabase, folder: Folder) -> list[str]:
    with pytest.raises(SourceInvalid) as invalid:
        await seed(database, folder)
    return list(invalid.value.problems)


async def places(database: PostgresDatabase, folder: Folder) -> list[str]:
    """The problems without their messages: file:row:pointer: code."""
    return [":".join(problem.split(":")[:4]) for problem in await problems(database, folder)]
