"""From an error to one clear line and an exit code; never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from wildside.domain.command_errors import (
    AccountInvalid,
    AddressInUse,
    AreasInvalid,
    BackendUnavailable,
    EditInvalid,
    EditRefused,
    ExampleDataRefused,
    ExampleRoutesInvalid,
    HistoryDiffers,
    IngestInvalid,
    IngestRefused,
    MigrationBlocked,
    MigrationFailed,
    MigrationsInvalid,
    MigratorBusy,
    OutputFailed,
    RendererFailed,
    RotationRefused,
    SeedLocked,
    SeedRefused,
    ServerFailed,
    ServerInUse,
    SettingsInvalid,
    SourceInvalid,
    ToolMissing,
    UsernameTaken,
    UserUnknown,
)
from wildside.domain.errors import (
    ConnectionLost,
    NoRelease,
    NotPermitted,
    OutcomeUnknown,
    RetryTransaction,
    SchemaMismatch,
    TimedOut,
    Unavailable,
    WildsideError,
)

EXIT_CODES: dict[type[WildsideError], int] = {
    SourceInvalid: 2,
    SettingsInvalid: 2,
    EditInvalid: 2,
    IngestInvalid: 2,
    ExampleRoutesInvalid: 2,
    AccountInvalid: 2,
    UserUnknown: 2,
    MigrationsInvalid: 2,
    AreasInvalid: 2,
    RendererFailed: 2,
    OutputFailed: 2,
    NoRelease: 2,
    ToolMissing: 2,
    SeedRefused: 3,
    EditRefused: 3,
    IngestRefused: 3,
    RotationRefused: 3,
    UsernameTaken: 3,
    ExampleDataRefused: 3,
    Unavailable: 4,
    NotPermitted: 4,
    ConnectionLost: 4,
    OutcomeUnknown: 4,
    TimedOut: 4,
    RetryTransaction: 4,
    ServerFailed: 4,
    BackendUnavailable: 4,
    SeedLocked: 5,
    ServerInUse: 5,
    AddressInUse: 5,
    MigratorBusy: 5,
    MigrationFailed: 6,
    SchemaMismatch: 6,
    MigrationBlocked: 7,
    HistoryDiffers: 8,
}
"""Exit codes by cause; 0 is done or nothing to do, 1 that a command which looks found something wrong."""

UNEXPECTED = 70
"""EX_SOFTWARE of sysexits.h: our fault, or something that nobody foresaw."""

_NEXT: dict[type[WildsideError], str] = {
    Unavailable: "is PostgreSQL running, and does DATABASE_URL name it?",
    ConnectionLost: "the database fell silent; try again",
    OutcomeUnknown: "the database fell silent; look whether it was done, or do it again",
    SchemaMismatch: "are the migrations applied? run wildside db apply, or yoyo apply",
}


class Failure(click.ClickException):
    """A line for people and an exit code for scripts."""

    def __init__(self, message: str, details: tuple[str, ...], exit_code: int) -> None:
        super().__init__(message)
        self.details = details
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it for the class

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the details, a line each, and last what it comes to."""
        for detail in self.details:
            click.echo(detail, file=file, err=True)
        click.echo(f"wildside: {self.message}", file=file, err=True)


@contextmanager
def reported(*, debug: bool) -> Iterator[None]:
    """Turn errors into failures; with `debug`, let the unexpected ones through whole."""
    try:
        yield
    except WildsideError as error:
        details = (*getattr(error, "problems", ()), *getattr(error, "refusals", ()))
        hint = _NEXT.get(type(error))
        message = f"{error}: {hint}" if hint else str(error)
        if details:
            tells = isinstance(error, SeedRefused | EditRefused | EditInvalid)
            message = str(error) if tells else f"{error.code}: {len(details)} problems"
        raise Failure(message, details, EXIT_CODES.get(type(error), UNEXPECTED)) from error
    except click.FileError as error:
        raise Failure(error.format_message(), (), 2) from error
    except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
        raise
    except Exception as error:
        if debug:
            raise
        message = f"unexpected {type(error).__name__}: {error} (wildside --debug … shows where)"
        raise Failure(message, (), UNEXPECTED) from error
