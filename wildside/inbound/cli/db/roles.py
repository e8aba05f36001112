"""`wildside db roles`: one role for each kind of work."""

import click

from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.migrating import Patience
from wildside.domain.roles import PREFIX, is_prefix, with_prefix
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox, Repeatables

_CODES = "4 no database, 6 the database refused."


@group.db.command(
    epilog=group.examples(
        "roles --print | psql --single-transaction --set ON_ERROR_STOP=1",
        "roles --apply --database-url postgresql://postgres@host/wildside",
        codes=_CODES,
    )
)
@click.option("--print", "printing", is_flag=True, help="Print the SQL and do nothing.")
@click.option("--apply", "applying", is_flag=True, help="Make the roles, and run the grants.")
@click.option("--prefix", default=PREFIX, show_default=True, help="With which the names of the roles begin.")
@click.option(
    "--database-url",
    envvar="DATABASE_URL",
    show_envvar=True,
    help="With --apply: the database, as a superuser, or as its owner with createrole.",
)
@click.pass_obj
def roles(
    tools: DatabaseToolbox, printing: bool, applying: bool, prefix: str, database_url: str | None
) -> None:
    """Make the roles owner, migrator, app, readonly and worker, and set a database up for them.

    Running it again changes nothing. It neither takes nor prints a password: give the roles
    theirs with psql's \\password, or let the server know them by another method.
    """
    if printing is applying:
        raise click.UsageError("one of --print and --apply")
    if not is_prefix(prefix):
        raise click.BadParameter(
            f"{prefix!r} is not lower case, of at most 40 letters", param_hint="--prefix"
        )
    script = with_prefix((sql_folder() / "roles.sql").read_text(encoding="utf-8"), prefix)
    if printing:
        click.echo(script, nl=False)
        return
    if not database_url:
        raise click.UsageError("--apply needs --database-url")
    url = DatabaseUrl.parse(database_url)
    tools.roles.apply(url, script)
    out.print(f"roles are there: {prefix}_owner, _migrator, _app, _readonly, _worker")
    _grant(tools.repeatables, url)


def _grant(repeatables: Repeatables, url: DatabaseUrl) -> None:
    """Run the grants anew, where there is something to grant."""
    if repeatables.remembered(url):
        folder, wait = sql_folder() / "repeatable", Patience().wait
        repeatables.apply(url, folder, lambda name: out.print(f"ran: {name}.sql"), errors.print, wait)
    else:
        out.print("no tables yet: the migrations will be followed by the grants")
