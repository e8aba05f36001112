"""`wildside db apply`: what `yoyo apply` does, by one at a time, whole or not at all."""

from collections.abc import Collection
from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import HistoryDiffers
from wildside.domain.migrating import ApplyOrder, Patience, up_to
from wildside.domain.migration_history import OUT_OF_ORDER
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox
from wildside.inbound.cli.runs import logged

CODES = "4 no database, 5 another migrator, 6 failed, 7 a lock is kept, 8 history differs"


@group.db.command(
    epilog=group.examples("apply", "apply --dry-run", "apply --to 0012.reference_history", codes=CODES)
)
@options.database_url
@group.folder
@click.option("--to", metavar="ID", help="Stop after this migration.")
@group.patience
@click.option("--allow-out-of-order", is_flag=True, help="Apply also what should have come earlier.")
@click.option(
    "--dry-run", is_flag=True, help="Only tell what would be applied; takes no lock, writes nothing."
)
@group.as_json
@click.pass_obj
def apply(
    tools: DatabaseToolbox,
    database_url: str,
    folder: Path,
    to: str | None,
    wait: float,
    lock_timeout: float,
    retries: int,
    allow_out_of_order: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Apply the pending migrations, recorded in yoyo's tables as `yoyo apply` does.

    A migration and its record are one transaction, unless its file says transactional: false.
    """
    url = DatabaseUrl.parse(database_url)
    allowed = (OUT_OF_ORDER,) if allow_out_of_order else ()
    if dry_run:
        _tell_pending(tools, url, folder, to, allowed, as_json)
        return
    order = ApplyOrder(to, Patience(wait, lock_timeout, retries), allowed)
    migrator = tools.migrations.migrator(url, folder, errors.print, group.ours(folder, "repeatable"))
    with logged("migrations") as log:
        done = migrator.apply(order)
        log.info("migrations", applied=msgspec.to_builtins(done))
    if as_json:
        out.print_json(data={"applied": msgspec.to_builtins(done)})
    else:
        out.print(f"{len(done)} migrations applied" if done else "nothing to do")


def _tell_pending(
    tools: DatabaseToolbox,
    url: DatabaseUrl,
    folder: Path,
    to: str | None,
    allowed: Collection[str],
    as_json: bool,
) -> None:
    files = tools.files.read(folder)
    history = tools.migrations.status(url, files).history
    if to and files.named(to) is None:
        raise click.BadParameter(f"there is no migration {to}", param_hint="--to")
    if problems := history.problems(allowed):
        raise HistoryDiffers(problems)
    pending = up_to(history.pending, to)
    if as_json:
        out.print_json(data={"pending": pending})
        return
    for one in pending:
        out.print(f"would apply {one}")
    if not pending:
        out.print("nothing to do")
