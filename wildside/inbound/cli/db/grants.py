"""`wildside db grants`: who may do what, and whether that is what was agreed."""

from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.grants import Grants, difference, render
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import generated, group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox, Roles

_CODES = (
    "1 with --check: there are differences,\n4 no database or PostgreSQL to be had, 6 migrations are missing."
)


@group.db.command(
    epilog=group.examples(
        "grants", "grants --check --database-url $DATABASE_URL", "grants --write", codes=_CODES
    )
)
@click.option("--check", is_flag=True, help="Compare with sql/grants.md, and show the differences.")
@click.option("--write", is_flag=True, help="Write sql/grants.md.")
@click.option("--database-url", help="A database to look at, instead of one made for it.")
@group.scratch
@group.as_json
@click.pass_obj
def grants(
    tools: DatabaseToolbox,
    check: bool,
    write: bool,
    database_url: str | None,
    scratch_url: DatabaseUrl | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Show who may do what: each role with each table, view, column, sequence and function.

    Without --database-url it makes a database with every migration, and roles of its own, on a
    server of its own, or on that of --scratch-url as a superuser.
    """
    if write and (check or database_url):
        raise click.UsageError("--write goes with neither --check nor --database-url")
    found = _found(tools.roles, database_url, scratch_url, pg_bin)
    page = render(found)
    committed = sql_folder() / "grants.md"
    if write:
        tools.pages.replace(committed.parent, {committed.name: page}, [])
        out.print(f"written: {committed}")
    elif check:
        lines = difference(generated.committed(committed), page)
        generated.show_difference(lines, as_json, "the grants are those of sql/grants.md")
    elif as_json:
        out.print_json(data=msgspec.to_builtins(found))
    else:
        click.echo(page, nl=False)


def _found(
    roles: Roles, database_url: str | None, scratch_url: DatabaseUrl | None, pg_bin: Path | None
) -> Grants:
    if database_url:
        return roles.grants(DatabaseUrl.parse(database_url))
    with roles.granted(sql_folder(), scratch_url, pg_bin) as url:
        return roles.grants(url)
