"""`wildside db rollback`: the newest migration taken back, if there is a way back."""

from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.migrating import Patience, RollbackOrder
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.apply import CODES
from wildside.inbound.cli.db.toolbox import DatabaseToolbox
from wildside.inbound.cli.runs import logged


@group.db.command(epilog=group.examples("rollback", "rollback --to 0012.reference_history", codes=CODES))
@options.database_url
@group.folder
@click.option("--to", metavar="ID", help="Take back all that were applied after this one, which stays.")
@click.option("--all", "everything", is_flag=True, help="Take back all.")
@group.patience
@group.as_json
@click.pass_obj
def rollback(
    tools: DatabaseToolbox,
    database_url: str,
    folder: Path,
    to: str | None,
    everything: bool,
    wait: float,
    lock_timeout: float,
    retries: int,
    as_json: bool,
) -> None:
    """Take back the migration that was applied last; the rows that it brought are lost.

    Refuses, before it touches anything, if one of the steps has no rollback file or says that it
    is irreversible.
    """
    if to and everything:
        raise click.UsageError("--to and --all do not go together")
    order = RollbackOrder(to, everything, Patience(wait, lock_timeout, retries))
    url = DatabaseUrl.parse(database_url)
    with logged("migrations") as log:
        done = tools.migrations.migrator(url, folder, errors.print, None).rollback(order)
        log.info("migrations taken back", taken_back=msgspec.to_builtins(done))
    if as_json:
        out.print_json(data={"taken_back": msgspec.to_builtins(done)})
    else:
        out.print(f"{len(done)} migrations taken back" if done else "nothing to do")
