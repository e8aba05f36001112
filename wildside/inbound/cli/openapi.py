"""`wildside openapi`: the contract, for programs."""

from difflib import unified_diff
from pathlib import Path

import click

from wildside.config import DatabaseUrl
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import generated, group
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.http.contract.openapi import rendered
from wildside.inbound.http.cookies import CookieRules
from wildside.inbound.http.urls import OPERATIONS
from wildside.settings import Settings

_EPILOG = """\b
Examples:
  wildside openapi > openapi.json         what clients are made from
  wildside openapi --check                is docs/openapi.json what the program does?
  wildside openapi --write                bring it in step
\b
A server has the same at /docs/openapi.json, with its own limits and the name of its cookie.
\b
Exit codes: 0 shown, 1 with --check: the file is another."""

_PAGE = Path("docs/openapi.json")


@click.command(epilog=_EPILOG)
@click.option("--check", is_flag=True, help="Compare with the file, and show the differences.")
@click.option("--write", is_flag=True, help="Write the file.")
@click.option(
    "--page", type=click.Path(path_type=Path), default=_PAGE, show_default=True, help="Where the file is."
)
@group.as_json
@click.pass_obj
def openapi(tools: Toolbox, check: bool, write: bool, page: Path, as_json: bool) -> None:
    """Show the API's OpenAPI 3.1 document, as it is with the settings that nobody has changed."""
    if check and write:
        raise click.UsageError("--check and --write do not go together")
    settings = Settings(DatabaseUrl.parse("postgresql:///"))
    text = rendered(OPERATIONS, settings.body_limit, CookieRules().name)
    if check:
        before = generated.committed(page).splitlines()
        lines = [*unified_diff(before, text.splitlines(), str(page), "what there is", lineterm="")]
        generated.show_difference(lines, as_json, f"{page} is up to date")
    elif write:
        tools.database.pages.replace(page.parent, {page.name: text}, [])
        out.print(f"written: {page}")
    else:
        click.echo(text, nl=False)
