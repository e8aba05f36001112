"""`wildside db docs`: pages about the schema, made from its own comments."""

from pathlib import Path

import click

from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.areas import area_findings
from wildside.domain.migration_sources import created
from wildside.domain.schema_pages import MARK, schema_pages
from wildside.domain.schema_review import review
from wildside.inbound.cli.db import generated, group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox


@group.db.command(epilog=group.examples("docs", "docs --check --json", codes=generated.CODES))
@generated.check
@generated.output_folder("docs/schema")
@generated.areas_file
@group.folder
@group.scratch
@group.as_json
@click.pass_obj
def docs(
    tools: DatabaseToolbox,
    check: bool,
    target: Path,
    areas: Path | None,
    folder: Path,
    scratch_url: DatabaseUrl | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Write a page for each table, or compare them.

    A table, column, view or function without a comment is a finding, and so is a foreign key without an
    index.
    """
    declared = tools.pages.areas(areas or sql_folder() / "areas.toml")
    places = created(tools.files.read(folder))
    catalogue = generated.made_catalogue(tools, folder, scratch_url, pg_bin)
    wanted = schema_pages(catalogue, declared, places)
    findings = review(catalogue, places)
    findings += area_findings(declared, list(catalogue.tables), str(areas or "areas.toml"))
    changed = generated.compare(tools.pages, target, MARK, wanted)
    generated.settle(tools.pages, target, wanted, changed, not check)
    generated.report(target, changed, check, as_json, findings)
