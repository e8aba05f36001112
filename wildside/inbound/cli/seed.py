"""`wildside seed`: bring the reference tables to their source."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.progress import BarColumn, Progress, TextColumn

from wildside.config import DatabaseUrl, account_name
from wildside.domain.plan import Adopted
from wildside.domain.reference import show_key
from wildside.domain.seeding import COUNTS, SeedReport
from wildside.domain.source import Source
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.runs import logged
from wildside.inbound.cli.toolbox import Toolbox
from wildside.usecases.seed_reference import SeedOrder, seed_reference

_EPILOG = """\b
Examples:
  wildside seed --dry-run                 what would change, down to every key
  wildside seed --data ./my-reference     another folder of reference files
  wildside seed --allow-shrink tags       yes, tags may lose this many rows
\b
Exit codes: 0 done or nothing to do, 2 invalid source, 3 refused by a guard,
4 database unavailable, 5 another seed holds the lock."""


@click.command(epilog=_EPILOG)
@options.database_url
@click.option("--data", type=click.Path(path_type=Path), help="Folder of reference files instead of ours.")
@click.option("--dry-run", is_flag=True, help="Do everything, then roll it back.")
@click.option(
    "--allow-shrink", multiple=True, metavar="TABLE", help="Let a table lose more rows than its guard allows."
)
@click.option("--wait", default=10.0, show_default=True, help="Seconds to wait for another seed.")
@click.option("--actor", default=None, help="Who to record; you, if left out.")
@click.option("--reason", default="seed", show_default=True, help="Why, for the history.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def seed(
    tools: Toolbox,
    database_url: str,
    data: Path | None,
    dry_run: bool,
    allow_shrink: tuple[str, ...],
    wait: float,
    actor: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Bring the reference tables to their source, all or nothing.

    Rows that left the source are deprecated, never deleted; rows that an administrator has
    adopted are left alone and reported with their differences.
    """
    source = tools.read_source(data)
    _check_tables(source, allow_shrink)
    url = DatabaseUrl.parse(database_url)
    order = SeedOrder(actor or account_name(), reason, now, allow_shrink, dry_run, wait)
    report = run_seed(tools, url, source, order)
    out.print_json(data=as_data(report)) if as_json else show(report)


def now() -> datetime:
    """Return the moment, for those inside who may not ask."""
    return datetime.now(UTC)


def run_seed(
    tools: Toolbox,
    url: DatabaseUrl,
    source: Source,
    order: SeedOrder,
    run: Callable[[Coroutine[Any, Any, SeedReport]], SeedReport] = asyncio.run,
) -> SeedReport:
    """Seed with a progress bar where someone watches."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as progress:
        task = progress.add_task("seeding", total=3 * len(source.manifest.order))

        def step(what: str, table: str) -> None:
            progress.update(task, advance=1, description=f"{what} {table}")

        async def work() -> SeedReport:
            async with tools.open_database(url, f"wildside seed ({order.actor})") as database:
                return await seed_reference(database, source, replace(order, progress=step))

        with logged("seed") as log:
            report = run(work())
            log.info(
                "seed",
                dry_run=report.dry_run,
                repeated=report.repeated,
                version_from=report.run.version_from,
                version_to=report.run.version_to,
                rows={name: report.total(name) for name in COUNTS},
            )
        return report


def _check_tables(source: Source, named: Collection[str]) -> None:
    unknown = sorted(set(named) - set(source.manifest.order))
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is not in the manifest", param_hint="--allow-shrink")


def show(report: SeedReport) -> None:
    """Print a report for people."""
    run = report.run
    for rename in report.renames:
        out.print(f"renamed {rename.table}: {show_key(rename.old)} → {show_key(rename.new or ())}")
    for table, keys in report.deprecations.items():
        for key in keys:
            out.print(f"deprecated {table}: {show_key(key)}")
    for row in report.adopted:
        out.print(_describe(row))
    if report.repeated:
        out.print(f"nothing to do: the source is that of version {run.version_to}")
        return
    totals = ", ".join(f"{report.total(name)} {name}" for name in COUNTS if report.total(name))
    ending = "; a dry run: all of it was rolled back" if report.dry_run else ""
    out.print(f"reference rows: {totals}; version {run.version_from} → {run.version_to}{ending}")


def _describe(row: Adopted) -> str:
    differences = "; ".join(
        f"{column} is {mine!r} here and {theirs!r} in the source"
        for column, (theirs, mine) in row.differences.items()
    )
    return f"adopted {row.table}: {show_key(row.key)} is left alone; {differences or 'it equals the source'}"


def as_data(report: SeedReport) -> Any:
    """Return a report as JSON values."""
    return msgspec.to_builtins(
        {
            "dryRun": report.dry_run,
            "repeated": report.repeated,
            "versionFrom": report.run.version_from,
            "versionTo": report.run.version_to,
            "sourceDigest": report.run.source_digest,
            "tables": report.run.counts,
            "renamed": [{"table": r.table, "from": r.old, "to": r.new} for r in report.renames],
            "deprecated": [
                {"table": table, "key": key} for table, keys in report.deprecations.items() for key in keys
            ],
            "adopted": [
                {
                    "table": row.table,
                    "key": row.key,
                    "differences": {
                        column: {"source": theirs, "database": mine}
                        for column, (theirs, mine) in row.differences.items()
                    },
                }
                for row in report.adopted
            ],
        }
    )
