"""`wildside db plan`: what an apply would do, and to whom."""

from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.migration_plan import PlannedLock, PlannedMigration
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(
    epilog=group.examples("plan", "plan --try", codes="4 no database, 6 failed, 8 history differs")
)
@options.database_url
@group.folder
@click.option("--try", "really", is_flag=True, help="Run it on a copy of the schema, and see.")
@group.scratch
@group.as_json
@click.pass_obj
def plan(
    tools: DatabaseToolbox,
    database_url: str,
    folder: Path,
    really: bool,
    pg_bin: Path | None,
    scratch_url: DatabaseUrl | None,
    as_json: bool,
) -> None:
    """Show what would run, in which mode, which locks it takes, and how large those tables are.

    Reads the files and the catalogue only; what a procedure or a DO block does is seen with --try.
    """
    url = DatabaseUrl.parse(database_url)
    files = tools.files.read(folder)
    found = tools.migrations.plan(url, files)
    if really and found:
        found = tools.migrations.try_plan(url, files, found, scratch_url, pg_bin)
    if as_json:
        out.print_json(data=msgspec.to_builtins(found))
        return
    for each in found:
        _show(each)
    if not found:
        out.print("nothing to do")


def _show(migration: PlannedMigration) -> None:
    mode = "one transaction" if migration.transactional else "no transaction"
    back = "no way back" if migration.no_way_back else "can be taken back"
    out.print(f"{migration.id}: {mode}, {back}")
    for each in migration.statements:
        for lock in each.locks:
            out.print(f"  line {each.line}: {_words(lock)}")
        if each.opaque:
            out.print(f"  line {each.line}: runs code that takes its own locks: {each.head}")
    if migration.tried:
        out.print(f"  tried in {migration.tried.seconds} s on tables without rows")
        for table, taken in migration.tried.locks:
            out.print(f"    really took {taken} on {table}")


def _words(lock: PlannedLock) -> str:
    rows = "unknown" if lock.size.rows is None else f"{lock.size.rows:,}"
    work = "" if lock.work == "none" else f", {lock.work}"
    stops = f", stops {lock.stops}" if lock.stops else ""
    return f"{lock.kind}: {lock.mode} on {lock.table} ({rows} rows, {lock.size.bytes:,} bytes){work}{stops}"
