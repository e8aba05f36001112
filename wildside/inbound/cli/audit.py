"""`wildside audit`: looks that end in a decision."""

from difflib import unified_diff
from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl, migrations_folder
from wildside.domain.audit import Audit, audit_user_state
from wildside.domain.audit_report import render
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import generated, group
from wildside.inbound.cli.toolbox import Toolbox

_EPILOG = """\b
Examples:
  wildside audit user-state                       of a freshly migrated database
  wildside audit user-state --database-url postgresql:///wildside --json --exit-code
  wildside audit user-state --check               is the page that is committed still true?
\b
Exit codes: 0 looked, 1 with --check: the page is another, 3 with --exit-code: a migration is
required, 4 no database or PostgreSQL to be had."""

_REQUIRED = 3
_PAGE = Path("docs/audits/user-state.md")


@click.group(cls=group.Interruptible, epilog="\b\nExamples:\n  wildside audit user-state")
def audit() -> None:
    """Say whether what is there is what is expected."""


@audit.command("user-state", epilog=_EPILOG)
@click.option("--check", is_flag=True, help="Compare with the page, and show the differences.")
@click.option("--write", is_flag=True, help="Write the page.")
@click.option(
    "--page", type=click.Path(path_type=Path), default=_PAGE, show_default=True, help="Where the page is."
)
@click.option("--exit-code", is_flag=True, help="End with 3 when a migration is required.")
@click.option("--database-url", help="A database to look at, instead of one made for it.")
@group.scratch
@group.as_json
@click.pass_obj
def user_state(
    tools: Toolbox,
    check: bool,
    write: bool,
    page: Path,
    exit_code: bool,
    database_url: str | None,
    scratch_url: DatabaseUrl | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Look at login, users, profile and interests, and say whether each needs a migration.

    It reads the schema from the database, and what is wired from the application as it runs.
    """
    if check and write:
        raise click.UsageError("--check and --write do not go together")
    if database_url:
        found = _audit(tools, DatabaseUrl.parse(database_url))
    else:
        with tools.database.schema.migrated(migrations_folder(), scratch_url, pg_bin) as url:
            found = _audit(tools, url)
    if check:
        lines = _difference(page, render(found))
        generated.show_difference(lines, as_json, f"{page} is up to date")
    elif write:
        tools.database.pages.replace(page.parent, {page.name: render(found)}, [])
        out.print(f"written: {page}")
    else:
        _show(found, as_json)
    raise SystemExit(_REQUIRED if exit_code and found.migration == "required" else 0)


def _show(found: Audit, as_json: bool) -> None:
    if as_json:
        out.print_json(data=msgspec.to_builtins(found))
    else:
        click.echo(render(found), nl=False)


def _audit(tools: Toolbox, url: DatabaseUrl) -> Audit:
    return audit_user_state(tools.database.schema.catalogue(url), tools.wiring(url))


def _difference(page: Path, found: str) -> list[str]:
    before = generated.committed(page).splitlines()
    return list(unified_diff(before, found.splitlines(), str(page), "what there is", lineterm=""))
