"""The group, and what several of its commands share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from wildside.config import DatabaseUrl
from wildside.domain.migration_files import Finding
from wildside.inbound.cli.console import out

Command = TypeVar("Command", bound=Callable[..., Any])

FOUND = 1
"""The exit code of a command that looked and found something wrong."""

folder = click.option(
    "--migrations",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of migrations instead of ours.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


def scratch(command: Command) -> Command:
    """Add the options of commands that try things in a database of their own."""
    command = click.option(
        "--pg-bin",
        envvar="PGBIN",
        type=click.Path(path_type=Path),
        show_envvar=True,
        help="Folder of PostgreSQL's programs.",
    )(command)
    return click.option(
        "--scratch-url",
        envvar="WILDSIDE_SCRATCH_URL",
        show_envvar=True,
        help="A server on which databases may be made and dropped, instead of one of our own.",
    )(command)


def url_or_none(text: str | None) -> DatabaseUrl | None:
    """Parse a URL that may be left out."""
    return DatabaseUrl.parse(text) if text else None


def examples(*lines: str, codes: str = "") -> str:
    """Return the end of a command's help; `codes` are its exit codes besides 0 and 2."""
    shown = "\n".join(f"  wildside db {line}" for line in lines)
    return f"\b\nExamples:\n{shown}" + (f"\n\b\nExit codes: 0 done, 2 wrong usage, {codes}" if codes else "")


def report(findings: Sequence[Finding], as_json: bool) -> None:
    """Print findings and leave with FOUND if one of them is an error."""
    if as_json:
        out.print_json(data=msgspec.to_builtins(sorted(findings)))
    else:
        for finding in sorted(findings):
            click.echo(str(finding))
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(FOUND)


@click.group(epilog=examples("new walk_sessions", "check", "roundtrip", "snapshot --check"))
def db() -> None:
    """Check, apply, explain and document the migrations."""
