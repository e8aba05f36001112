"""`wildside db verify`: is what was applied what the files say?"""

from pathlib import Path

import click

from wildside.config import DatabaseUrl
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(
    epilog=group.examples("verify", "verify --json", codes="1 something differs, 4 no database")
)
@options.database_url
@group.folder
@options.pg_bin
@group.as_json
@click.pass_obj
def verify(
    tools: DatabaseToolbox, database_url: str, folder: Path, pg_bin: Path | None, as_json: bool
) -> None:
    """Compare the database with the files that made it; only reads.

    A changed statement is an error, a changed comment a warning. With our own migrations, all of
    them applied, the live schema is compared with sql/schema.sql too, by pg_dump: what somebody
    changed by hand is an error.
    """
    url, files = DatabaseUrl.parse(database_url), tools.files.read(folder)
    found = tools.migrations.verify(url, files, group.ours(folder, "schema.sql"), pg_bin)
    if not found:
        errors.print("nothing wrong")
    group.report(found, as_json)
