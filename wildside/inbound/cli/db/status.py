"""`wildside db status`: how a database stands, without touching it."""

from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.migration_status import MigrationStatus
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(
    epilog=group.examples(
        "status", "status --exit-code", codes="1 pending or wrong (with --exit-code), 4 no database"
    )
)
@options.database_url
@group.folder
@click.option("--exit-code", is_flag=True, help="Exit with 1 when anything is pending or wrong.")
@group.as_json
@click.pass_obj
def status(tools: DatabaseToolbox, database_url: str, folder: Path, exit_code: bool, as_json: bool) -> None:
    """Show what is applied, pending and wrong.

    Only reads: it needs no right to write, takes no lock, and works on a standby.
    """
    found = tools.migrations.status(DatabaseUrl.parse(database_url), tools.files.read(folder))
    if as_json:
        findings = msgspec.to_builtins(found.findings())
        out.print_json(data={**msgspec.to_builtins(found), "findings": findings, "clean": found.clean})
    else:
        _show(found)
    if exit_code and not found.clean:
        raise SystemExit(group.FOUND)


def _show(found: MigrationStatus) -> None:
    for one in found.history.applied:
        out.print(f"applied  {one.id}  {one.at} UTC  {one.by or ''}".rstrip())
    for name in found.history.pending:
        out.print(f"pending  {name}")
    if found.migrator:
        out.print(f"at work: {found.migrator}")
    for finding in found.findings():
        out.print(f"{finding.level}: {finding}")
    where = " (a standby: who migrates the primary is not to be seen here)" if found.standby else ""
    out.print(f"{len(found.history.applied)} applied, {len(found.history.pending)} pending{where}")
