"""`wildside db new`: the pair of files that a migration is."""

from pathlib import Path

import click

from wildside.domain.command_errors import MigrationsInvalid
from wildside.domain.migration_files import NAME, new_migration
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(epilog=group.examples("new walk_sessions", "new walk_sessions_owner --phase expand"))
@click.argument("noun")
@click.option("--phase", type=click.Choice(["expand", "contract"]), help="Part of a change in two steps.")
@click.option("--closes", metavar="ID", help="The expand step that this contract step ends.")
@group.folder
@click.pass_obj
def new(tools: DatabaseToolbox, noun: str, phase: str | None, closes: str | None, folder: Path) -> None:
    """Write the next migration and its rollback, with the directives that they need.

    NOUN is what it is about, in lower case with underscores.
    """
    if not NAME.fullmatch(noun):
        raise click.BadParameter(f"{noun!r} is not lower case with underscores", param_hint="NOUN")
    if (phase == "contract") is not (closes is not None):
        raise click.UsageError("--phase contract and --closes go together")
    before = tools.files.read(folder)
    if closes and before.named(closes) is None:
        raise MigrationsInvalid(f"--closes: there is no migration {closes}")
    for path in tools.files.write(folder, new_migration(before, noun, phase, closes)):
        out.print(f"written: {path}")
