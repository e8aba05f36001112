"""`wildside db roundtrip`: proof that each rollback brings back the schema before it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.roundtrip import Trip
from wildside.inbound.cli.console import out
from wildside.inbound.cli.db import generated, group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(
    epilog=group.examples("roundtrip", "roundtrip --only 0007.interests", codes=generated.CODES)
)
@click.option("--only", metavar="ID", help="Try one migration; those before it are only applied.")
@group.folder
@group.scratch
@group.as_json
@click.pass_obj
def roundtrip(
    tools: DatabaseToolbox,
    only: str | None,
    folder: Path,
    scratch_url: DatabaseUrl | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Take each migration up, down and up again, and compare the schemas.

    A scratch database is dumped at each stop. A file that says `-- irreversible: why` only goes up.
    """
    count = 1 if only else len(tools.files.read(folder).migrations)
    trips = tools.schema.round_trips(folder, only, scratch_url, pg_bin)
    made = []
    with closing(trips):
        for trip in _watched(trips, count):
            made.append(trip)
            if not as_json:
                _tell(trip)
    faults = [fault for trip in made for fault in trip.faults]
    if as_json:
        out.print_json(data={"trips": msgspec.to_builtins(made), "not_tried": count - len(made)})
    elif len(made) < count:
        out.print(f"not tried: the {count - len(made)} after it")
    if faults:
        raise SystemExit(group.FOUND)


def _watched(trips: Iterator[Trip], count: int) -> Iterator[Trip]:
    """Pass trips on, and tell people how far they are."""
    for number in range(1, count + 1):
        with generated.working(f"migration {number} of {count}: up, down and up again"):
            trip = next(trips, None)
        if trip is None:
            return
        yield trip


def _tell(trip: Trip) -> None:
    if not trip.faults:
        why = f" (irreversible: {trip.reason})" if trip.reason else ""
        out.print(f"{trip.id}: {trip.mode}{why}")
    for fault in trip.faults:
        click.echo(str(fault))
        if fault.diff:
            click.echo(fault.diff)
