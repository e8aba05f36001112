"""`wildside db snapshot`: the whole schema in one file, so that a change of it is seen in a review."""

from pathlib import Path

import click

from wildside.config import DatabaseUrl
from wildside.inbound.cli.db import generated, group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(
    epilog=group.examples("snapshot", "snapshot --check", "snapshot --check --json", codes=generated.CODES)
)
@generated.check
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="sql/schema.sql",
    show_default=True,
    help="The file.",
)
@group.folder
@group.scratch
@group.as_json
@click.pass_obj
def snapshot(
    tools: DatabaseToolbox,
    check: bool,
    output: Path,
    folder: Path,
    scratch_url: DatabaseUrl | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Write the schema that the migrations make, or compare it.

    It is what pg_dump says of a scratch database, the same from PostgreSQL 15 to 18.
    """
    if not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    with generated.working("applying the migrations"):
        wanted = {output.name: tools.schema.dump(folder, scratch_url, pg_bin)}
    changed = generated.compare(tools.pages, output.parent, "", wanted)
    generated.settle(tools.pages, output.parent, wanted, changed, not check)
    generated.report(output.parent, changed, check, as_json)
