"""What the commands that make files share: compare or replace them, and say which."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.areas import Area, area_findings
from wildside.domain.catalogue import Catalogue
from wildside.domain.generated import Difference, differences
from wildside.domain.migration_files import Finding
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox, Pages

CODES = "1 differences or findings, 4 no PostgreSQL, 6 a migration failed"
"""The exit codes of these commands, besides 0 and 2."""

check = click.option("--check", is_flag=True, help="Change nothing; report what is out of date.")
areas_file = click.option(
    "--areas", type=click.Path(path_type=Path), help="Declaration of areas instead of ours."
)


def output_folder(default: str) -> Callable[[group.Command], group.Command]:
    """Return the option that names where the files are."""
    return click.option(
        "--output-dir",
        "target",
        type=click.Path(path_type=Path, file_okay=False),
        default=default,
        show_default=True,
        help="Folder of the generated files.",
    )


@contextmanager
def working(what: str) -> Iterator[None]:
    """Tell people what takes so long; scripts and files hear nothing."""
    if not errors.is_terminal:
        yield
        return
    with errors.status(f"{what} …"):
        yield


def made_catalogue(
    tools: DatabaseToolbox, folder: Path, scratch_url: DatabaseUrl | None, pg_bin: Path | None
) -> Catalogue:
    """Read the schema that the migrations make."""
    with working("applying the migrations"), tools.schema.migrated(folder, scratch_url, pg_bin) as url:
        return tools.schema.catalogue(url)


def must_fit(areas: Sequence[Area], catalogue: Catalogue, file: Path | None, as_json: bool) -> None:
    """Leave with FOUND unless each table is in exactly one area."""
    findings = area_findings(areas, list(catalogue.tables), str(file or "areas.toml"))
    if findings:
        group.report(findings, as_json)


def compare(
    pages: Pages, target: Path, mark: str, wanted: Mapping[str, str], ignore: str = ""
) -> list[Difference]:
    """Compare a folder with what should be in it; `ignore` is an ending of files that do not matter."""
    found = pages.read(target, mark, wanted.keys())
    if ignore:
        found = {name: text for name, text in found.items() if not name.endswith(ignore)}
    return differences(wanted, found)


def settle(
    pages: Pages,
    target: Path,
    wanted: Mapping[str, str],
    changed: Sequence[Difference],
    write: bool,
) -> None:
    """Bring the folder up to date, if `write`."""
    if write and changed:
        stale = [one.file for one in changed if one.state == "stale"]
        renewed = {one.file: wanted[one.file] for one in changed if one.state != "stale"}
        pages.replace(target, renewed, stale)


def report(
    target: Path, changed: Sequence[Difference], check: bool, as_json: bool, findings: Sequence[Finding] = ()
) -> None:
    """Say what was done, or what is to be done, and leave with FOUND if there is something wrong."""
    if as_json:
        data = {"folder": str(target), "written": not check, "files": changed, "findings": sorted(findings)}
        out.print_json(data=msgspec.to_builtins(data))
    else:
        for finding in sorted(findings):
            click.echo(str(finding))
        for one in changed:
            _tell(target, one, check)
        if not changed:
            out.print(f"up to date: {target}")
    if findings or (check and changed):
        raise SystemExit(group.FOUND)


def committed(page: Path) -> str:
    """Read a page that stands alone."""
    try:
        return page.read_text(encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(page), f"{error.strerror}; --write makes it") from error


def show_difference(lines: Sequence[str], as_json: bool, same: str) -> None:
    """Show how such a page differs, and leave with FOUND; or say that it is the same."""
    if as_json:
        out.print_json(data={"equal": not lines, "difference": lines})
    else:
        for line in lines or [same]:
            click.echo(line)
    if lines:
        raise SystemExit(group.FOUND)


def _tell(target: Path, one: Difference, check: bool) -> None:
    path = target / one.file
    if not check:
        click.echo(f"{'removed' if one.state == 'stale' else 'written'}: {path}")
        return
    click.echo(f"{target}/{one}")
    # A picture's difference says nothing to a reader, and its lines are endless.
    if one.diff and path.suffix != ".svg":
        click.echo(one.diff)
