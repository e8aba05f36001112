"""`wildside reference`: what the reference data are and were. Edits by hand are in `edits.py`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import IO, Any, TypeVar

import click

from wildside.config import DatabaseUrl, account_name
from wildside.inbound.cli import options
from wildside.inbound.cli.reference_reports import (
    export_report,
    print_json,
    show_differences,
    show_epochs,
    show_versions,
)
from wildside.inbound.cli.toolbox import Toolbox
from wildside.ports.history import HistoryDatabase
from wildside.usecases.compare_versions import compare_versions
from wildside.usecases.export_release import export_release

_CODES = """\b
Exit codes: 0 done or nothing to do, 2 no such table, row, version or value, 3 other rows
are in the way, 4 database unavailable, 5 a seed or another edit holds the lock."""

Result = TypeVar("Result")

json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


def examples(*lines: str) -> str:
    """Return the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  wildside reference {line}" for line in lines) + f"\n{_CODES}"


def run_on(
    tools: Toolbox, url: str, who: str, work: Callable[[HistoryDatabase], Awaitable[Result]]
) -> Result:
    """Do one operator's work on a database."""

    async def run() -> Result:
        async with tools.open_database(DatabaseUrl.parse(url), f"wildside reference ({who})") as database:
            return await work(database)

    return asyncio.run(run())


@click.group(
    epilog=examples(
        "history --table tags",
        "set tags coffee icon=tag:mug --reason 'a better icon'",
        "rollback --to 12 --reason 'the seed of today was wrong' --dry-run",
    )
)
def reference() -> None:
    """Read the past of the reference data, and change it by hand."""


@reference.command(epilog=examples("history --limit 5", "history --table tags --json"))
@options.database_url
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="How many versions to show."
)
@click.option("--table", help="Only versions that changed this table.")
@json_option
@click.pass_obj
def history(tools: Toolbox, database_url: str, limit: int, table: str | None, as_json: bool) -> None:
    """List versions, the newest first: when, who, why, and what each did."""

    async def read(database: HistoryDatabase) -> Any:
        async with database.reading() as stores:
            return await stores.history.versions(limit, table)

    found = run_on(tools, database_url, account_name(), read)
    print_json(found) if as_json else show_versions(found)


@reference.command(epilog=examples("diff 11 12", "diff 12 11 --json"))
@click.argument("a", type=click.IntRange(1))
@click.argument("b", type=click.IntRange(1))
@options.database_url
@json_option
@click.pass_obj
def diff(tools: Toolbox, a: int, b: int, database_url: str, as_json: bool) -> None:
    """Show what clients see differently at version B than at version A, net."""
    found = run_on(tools, database_url, account_name(), lambda database: compare_versions(database, a, b))
    print_json(found) if as_json else show_differences(found)


@reference.command("epochs", epilog=examples("epochs --json"))
@options.database_url
@json_option
@click.pass_obj
def list_epochs(tools: Toolbox, database_url: str, as_json: bool) -> None:
    """List the lines of versions, the newest first: since when, who began each, and why."""

    async def read(database: HistoryDatabase) -> Any:
        async with database.reading() as stores:
            return await stores.history.epochs()

    found = run_on(tools, database_url, account_name(), read)
    print_json(found) if as_json else show_epochs(found)


@reference.command(epilog=examples("export snapshot.json", "export --version 12 - | gzip > snapshot.json.gz"))
@click.argument("file", type=click.File("wb", atomic=True))
@click.option("--version", "number", type=int, help="An earlier version instead of the newest.")
@options.database_url
@json_option
@click.pass_obj
def export(tools: Toolbox, file: IO[bytes], number: int | None, database_url: str, as_json: bool) -> None:
    """Write a release to FILE, to be packaged with an app: the bytes of /bootstrap, digests included.

    FILE is replaced as a whole or not at all; - is standard output.
    """
    release = run_on(tools, database_url, account_name(), lambda database: export_release(database, number))
    with file:
        file.write(release.bootstrap.content)
    export_report(release, file.name, as_json)
