"""`wildside db er`: entity-relationship diagrams, as Mermaid text and drawn."""

from collections.abc import Mapping
from pathlib import Path

import click

from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.diagrams import MARK, diagrams
from wildside.domain.drawings import drawn, is_current
from wildside.inbound.cli.console import errors
from wildside.inbound.cli.db import generated, group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox, Pages

STALE = "out of date: its diagram, mermaidx or its settings changed, or somebody edited it\n"
"""Stands for the picture that there should be while none is drawn."""


@group.db.command(
    epilog=group.examples("er", "er --check", "er --skip-svg --output-dir /tmp/er", codes=generated.CODES)
)
@generated.check
@click.option("--skip-svg", is_flag=True, help="Only the text; what was drawn before stays.")
@click.option("--redraw", is_flag=True, help="Draw all, also what has not changed; takes minutes.")
@generated.output_folder("docs/diagrams/er")
@generated.areas_file
@group.folder
@group.scratch
@group.as_json
@click.pass_obj
def er(
    tools: DatabaseToolbox,
    check: bool,
    skip_svg: bool,
    redraw: bool,
    target: Path,
    areas: Path | None,
    folder: Path,
    scratch_url: DatabaseUrl | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Draw the tables: all of them, all in outline, and each area.

    `sql/areas.toml` says which tables make an area. A picture whose diagram has not changed is not drawn
    again; it knows from which text it was drawn, so that --check needs nothing to draw with.
    """
    if skip_svg and redraw:
        raise click.UsageError("--skip-svg and --redraw exclude each other")
    declared = tools.pages.areas(areas or sql_folder() / "areas.toml")
    catalogue = generated.made_catalogue(tools, folder, scratch_url, pg_bin)
    generated.must_fit(declared, catalogue, areas, as_json)
    sources = diagrams(catalogue, declared)
    wanted = {f"{name}.mmd": text for name, text in sources.items()}
    if not skip_svg:
        wanted |= _pictures(tools.pages, sources, target, draw=redraw or not check, keep=not redraw)
    changed = generated.compare(tools.pages, target, MARK, wanted, ignore=".svg" if skip_svg else "")
    generated.settle(tools.pages, target, wanted, changed, not check)
    generated.report(target, changed, check, as_json)


def _pictures(
    pages: Pages, sources: Mapping[str, str], target: Path, *, draw: bool, keep: bool
) -> dict[str, str]:
    """Return every picture: the one that is there if it is current, else one that is drawn, or STALE."""
    found = pages.read(target, MARK, [f"{name}.svg" for name in sources])
    pictures = {name: found.get(f"{name}.svg", "") for name in sources}
    old = {
        name: text
        for name, text in sources.items()
        if not keep or not is_current(pictures[name], text, pages.drawer)
    }
    fresh = _drawn(pages, old) if old and draw else dict.fromkeys(old, STALE)
    return {f"{name}.svg": fresh.get(name, pictures[name]) for name in sources}


def _drawn(pages: Pages, sources: Mapping[str, str]) -> dict[str, str]:
    done: list[str] = []

    def told(name: str) -> None:
        done.append(name)
        if errors.is_terminal:
            errors.print(f"drawn: {name} ({len(done)} of {len(sources)})")

    with generated.working(f"drawing {len(sources)} pictures"):
        made = pages.draw(sources, told)
    return {name: drawn(name, text, made[name], pages.drawer) for name, text in sources.items()}
