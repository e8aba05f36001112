"""`wildside db check`: what is wrong in migration files, without a database."""

from collections.abc import Sequence
from pathlib import Path

import click

from wildside.domain.lint import page
from wildside.domain.migration_files import Finding
from wildside.inbound.cli.console import errors
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox

_EPILOG = group.examples(
    "check",
    "check --migrations sql/migrations --format github",
    "check --rules",
    codes="1 something is wrong",
)


@group.db.command(epilog=_EPILOG)
@group.folder
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Lines, a JSON array, or annotations of a GitHub workflow.",
)
@group.as_json
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--rules", is_flag=True, help="List the rules instead, a line each.")
@click.option("--markdown", is_flag=True, help="With --rules: as the page docs/migration-rules.md.")
@click.pass_obj
def check(
    tools: DatabaseToolbox, folder: Path, shape: str, as_json: bool, strict: bool, rules: bool, markdown: bool
) -> None:
    """Look for what is wrong in migration files: no database, no network.

    A finding is `file:line: rule: message`; line 0 is the whole file. `-- allow: rule: why` in a file
    silences a rule there.
    """
    if markdown and not rules:
        raise click.UsageError("--markdown goes with --rules")
    if rules:
        click.echo(page.markdown() if markdown else "\n".join(page.lines()), nl=not markdown)
        return
    found = tools.files.check(folder)
    if shape == "github":
        for finding in found:
            click.echo(annotation(finding))
    wrong = [one for one in found if strict or one.level == "error"]
    errors.print(_summary(found))
    if shape != "github":
        group.report(found, as_json or shape == "json")
    if wrong:
        raise SystemExit(group.FOUND)


def annotation(finding: Finding) -> str:
    """Return a finding as a workflow command of GitHub; line 0 is shown at the first."""
    properties = {"file": finding.file, "line": str(finding.line or 1), "title": finding.rule}
    shown = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{finding.level} {shown}::{_escaped(finding.message, '')}"


def _escaped(text: str, more: str) -> str:
    """Escape as the runner unescapes: percent signs and line ends, in properties `:` and `,` too."""
    text = text.replace("%", "%25")
    for character in "\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _summary(found: Sequence[Finding]) -> str:
    count = sum(one.level == "error" for one in found)
    if not found:
        return "nothing wrong"
    return f"errors: {count}, warnings: {len(found) - count}"
