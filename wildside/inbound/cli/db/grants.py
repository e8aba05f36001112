"""`wildside db grants`: who may do what, and whether that is what was agreed."""

from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.errors import MigrationsInvalid
from wildside.domain.grants import Grants, difference, render
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.toolbox import Toolbox

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
    tools: Toolbox,
    check: bool,
    write: bool,
    database_url: str | None,
    scratch_url: str | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Show who may do what: each role with each table, view, column, sequence and function.

    Without --database-url it makes a database with every migration, and roles of its own, on a
    server of its own, or on that of --scratch-url as a superuser.
    """
    if write and (check or database_url):
        raise click.UsageError("--write goes with neither --check nor --database-url")
    found = _found(tools, database_url, group.url_or_none(scratch_url), pg_bin)
    page = render(found)
    committed = tools.database.committed_grants
    if write:
        committed.write_text(page, encoding="utf-8")
        out.print(f"written: {committed}")
    elif check:
        _compare(committed, page, as_json)
    elif as_json:
        out.print_json(data=msgspec.to_builtins(found))
    else:
        click.echo(page, nl=False)


def _found(
    tools: Toolbox, database_url: str | None, scratch_url: DatabaseUrl | None, pg_bin: Path | None
) -> Grants:
    if database_url:
        return tools.database.read_grants(DatabaseUrl.parse(database_url))
    with tools.database.granted(scratch_url, pg_bin) as url:
        return tools.database.read_grants(url)


def _compare(committed: Path, page: str, as_json: bool) -> None:
    try:
        lines = difference(committed.read_text(encoding="utf-8"), page)
    except OSError as error:
        raise MigrationsInvalid(
            f"{committed}: {error.strerror}; wildside db grants --write makes it"
        ) from error
    if as_json:
        out.print_json(data={"equal": not lines, "difference": lines})
    else:
        for line in lines or ["the grants are those of sql/grants.md"]:
            click.echo(line)
    raise SystemExit(group.FOUND if lines else 0)
