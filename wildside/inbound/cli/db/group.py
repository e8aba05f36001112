"""The group, and what several of its commands share."""

import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from wildside.config import DatabaseUrl, migrations_folder, sql_folder
from wildside.domain.migrating import Patience
from wildside.domain.migration_files import Finding
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.lazy import Lazy

Command = TypeVar("Command", bound=Callable[..., Any])

FOUND = 1
"""The exit code of a command that looked and found something wrong."""

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C or SIGTERM stopped."""

folder = click.option(
    "--migrations",
    "folder",
    type=click.Path(path_type=Path),
    default=migrations_folder,
    help="Folder of migrations instead of ours.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
wait = click.option(
    "--wait",
    type=click.FloatRange(0),
    default=Patience().wait,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another migrator.",
)


def patience(command: Command) -> Command:
    """Add the options of commands that wait for others; they come as `wait`, `lock_timeout` and `retries`."""
    defaults = Patience()
    command = click.option(
        "--retries",
        type=click.IntRange(0),
        default=defaults.retries,
        show_default=True,
        help="How many times a migration is tried again after it did not get a lock.",
    )(command)
    command = click.option(
        "--lock-timeout",
        type=click.FloatRange(0.001),
        default=defaults.lock_timeout,
        show_default=True,
        metavar="SECONDS",
        help="How long a statement waits for a lock, unless its file says otherwise.",
    )(command)
    return wait(command)


class Interruptible(click.Group):
    """A group whose commands SIGTERM ends as Ctrl-C does: undone, locks given back, servers stopped."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and leave with INTERRUPTED if it was told to stop."""
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            errors.print("stopped")
            raise SystemExit(INTERRUPTED) from None
        finally:
            signal.signal(signal.SIGTERM, before)


def scratch(command: Command) -> Command:
    """Add the options of commands that try things in a database of their own."""
    return click.option(
        "--scratch-url",
        envvar="WILDSIDE_SCRATCH_URL",
        show_envvar=True,
        callback=lambda _context, _option, text: DatabaseUrl.parse(text) if text else None,
        help="A server on which databases may be made and dropped, instead of one of our own.",
    )(options.pg_bin(command))


def ours(folder: Path, name: str) -> Path | None:
    """Return what lies beside our own migrations under a name; None where they are another folder's."""
    return sql_folder() / name if folder == migrations_folder() else None


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


_COMMANDS = (
    "apply", "bless", "check", "docs", "er", "grants", "new", "plan", "repeatables", "roles", "rollback",
    "roundtrip", "snapshot", "status", "verify",
)  # fmt: skip


@click.group(
    cls=Interruptible,
    commands=Lazy({name: f"wildside.inbound.cli.db.{name}:{name}" for name in _COMMANDS}),
    epilog=examples("status", "apply", "check", "new walk_sessions"),
)
@click.pass_context
def db(context: click.Context) -> None:
    """Check, apply, explain and document the migrations."""
    context.obj = context.obj.database
