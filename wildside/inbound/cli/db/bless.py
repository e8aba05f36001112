"""`wildside db bless`: somebody stands for an applied file that was changed."""

from pathlib import Path

import click

from wildside.config import DatabaseUrl, account_name
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(
    epilog=group.examples('bless 0007.interests --reason "made the index by hand"', codes="4 no database")
)
@click.argument("migration_id", metavar="ID")
@click.option("--reason", required=True, help="Why the database is as the file now says.")
@click.option("--actor", help="Who stands for it; by default the system user.")
@options.database_url
@group.folder
@click.pass_obj
def bless(
    tools: DatabaseToolbox, migration_id: str, reason: str, actor: str | None, database_url: str, folder: Path
) -> None:
    """Take an applied file as it is now for what was applied, and note who says so and why."""
    if not reason.strip():
        raise click.BadParameter("it is empty", param_hint="--reason")
    who = actor or account_name()
    url = DatabaseUrl.parse(database_url)
    tools.migrations.bless(url, tools.files.read(folder), migration_id, who, reason)
    out.print(f"noted: {migration_id} as it is now, by {who}")
