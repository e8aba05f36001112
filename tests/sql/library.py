"""The foreign data set: its files, and what clients should get of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.builders import seed_order
from wildside.domain.release import Release, build_release, camel_case
from wildside.domain.seeding import SeedReport
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.usecases.seed_reference import seed_reference

FOREIGN = Path(__file__).parents[1] / "foreign"
Rows = list[dict[str, Any]]

ORDERS = {
    "genres": ["order", "slug"],
    "shelfMarks": ["building", "floor"],
    "editions": ["genre", "place", "title", "language"],
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "genres": {"parent": None, "keywords": []},
    "shelfMarks": {"opening_time": None},
    "editions": {
        "building": None,
        "floor": None,
        "page_counts": None,
        "details": {},
        "excerpt": None,
        "price": None,
        "published": None,
        "copies": 1,
        "lendable": True,
    },
}


def rows_of(folder: Path, name: str) -> Rows:
    rows: Rows = json.loads((folder / f"{name}.json").read_text())
    return rows


def change(folder: Path, name: str, edit: Callable[[Rows], object]) -> None:
    """Edit a file; what `edit` returns does not matter."""
    rows = rows_of(folder, name)
    edit(rows)
    (folder / f"{name}.json").write_text(json.dumps(rows))


def expected(folder: Path, name: str) -> Rows:
    """What clients should get of a file: defaults filled in, in order, spelled as in JSON."""
    rows = sorted(rows_of(folder, name), key=lambda row: [row[column] for column in ORDERS[name]])
    return [
        {camel_case(column): value for column, value in {**DEFAULTS[name], **row}.items()} for row in rows
    ]


async def seed(database: PostgresDatabase, folder: Path, **order: Any) -> SeedReport:
    return await seed_reference(database, read_source(folder), seed_order(**order))


async def release(database: PostgresDatabase) -> Release:
    async with database.reading() as stores:
        return build_release(await stores.reference.content())


def rename(folder: Path, *renames: tuple[str, Any, Any]) -> None:
    declared = [{"table": table, "from": old, "to": new} for table, old, new in renames]
    (folder / "renamed.json").write_text(json.dumps(declared))
