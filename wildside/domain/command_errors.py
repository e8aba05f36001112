"""Errors of commands, which no request can meet.

WildsideError
├── AccountInvalid        an account cannot be like that; all problems are listed
├── UserUnknown           nobody logs in under that name
├── UsernameTaken         somebody logs in under that name
├── SourceInvalid         reference files are wrong; all problems are listed
├── SeedRefused           a guard stopped a seed that looks like a mistake
├── SeedLocked            another seed holds the lock
├── ExampleDataRefused    a set of example people was made otherwise, or its names are taken
├── ExampleRoutesInvalid  the demo city's routes do not fit what is there; all problems are listed
├── IngestInvalid         a file of OpenStreetMap will not do, or what is said of it; all of it is listed
├── IngestRefused         a guard stopped an import that looks like a mistake
├── EditInvalid           an edit by hand names or gives what does not fit; all of it is listed
├── EditRefused           an edit by hand would leave rows that break a rule
├── ServerInUse           another process holds the data directory
├── AddressInUse          another program listens on the port
├── BackendUnavailable    a Wildside that should serve reference data does not
├── ServerFailed          a local PostgreSQL could not be found or started
├── SettingsInvalid       the environment's settings are wrong; all are listed
├── RotationRefused       a step of a key rotation is not the one that comes next
├── MigrationsInvalid     migration files are wrong, or there are none
├── MigrationFailed       a migration could not be applied
├── ToolMissing           something that only some commands need is not installed
├── AreasInvalid          the declaration of areas is wrong; all problems are listed
├── RendererFailed        pictures cannot be drawn
├── OutputFailed          files could not be written; those that were there still are
├── MigrationBlocked      a migration needs a lock that others kept
├── MigratorBusy          another migrator is at work
└── HistoryDiffers        what was applied is not what the files say; all differences are listed
"""

from collections.abc import Sequence

from wildside.domain.errors import WildsideError


class AccountInvalid(WildsideError):
    """An account cannot be like that. `problems` lists every reason."""

    code = "account_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class UserUnknown(WildsideError):
    """Nobody logs in under that name, or has that session; the message says which."""

    code = "user_unknown"


class UsernameTaken(WildsideError):
    """Somebody logs in under that name."""

    code = "username_taken"


class SourceInvalid(WildsideError):
    """Reference files are wrong. `problems` are lines `file:row:pointer: code: message`."""

    code = "source_invalid"

    def __init__(self, message: str, problems: Sequence[str]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class SeedRefused(WildsideError):
    """A guard stopped a seed that looks like a mistake. `refusals` say which and what to do."""

    code = "seed_refused"

    def __init__(self, message: str, refusals: Sequence[str]) -> None:
        super().__init__(message)
        self.refusals = tuple(refusals)


class SeedLocked(WildsideError):
    """Another seed holds the lock; the message says who."""

    code = "seed_locked"


class ExampleDataRefused(WildsideError):
    """A set of example people was made otherwise, or its names are taken; the message says which."""

    code = "example_data_refused"


class ExampleRoutesInvalid(WildsideError):
    """The demo city's routes do not fit what is there. `problems` lists everything."""

    code = "example_routes_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class IngestInvalid(WildsideError):
    """A file of OpenStreetMap will not do, or what is said of it. `problems` lists everything."""

    code = "ingest_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class IngestRefused(WildsideError):
    """A guard stopped an import that looks like a mistake; the message says what to do."""

    code = "ingest_refused"


class EditInvalid(WildsideError):
    """An edit by hand names or gives what does not fit. `problems` lists every one."""

    code = "edit_invalid"

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class EditRefused(WildsideError):
    """An edit by hand would break a rule between rows. `refusals` say which."""

    code = "edit_refused"

    def __init__(self, message: str, refusals: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.refusals = tuple(refusals)


class ServerInUse(WildsideError):
    """Another process holds the data directory; the message says which."""

    code = "server_in_use"


class AddressInUse(WildsideError):
    """Another program listens on the port."""

    code = "address_in_use"


class BackendUnavailable(WildsideError):
    """No Wildside answers at a URL; the message says what does, or that nothing does."""

    code = "backend_unavailable"


class ServerFailed(WildsideError):
    """A local PostgreSQL could not be found or started; the message says what to do."""

    code = "server_failed"


class SettingsInvalid(WildsideError):
    """Settings are wrong. `problems` lists every one."""

    code = "settings_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class RotationRefused(WildsideError):
    """A step of a key rotation is not the one that comes next; the message says which is."""

    code = "rotation_refused"


class MigrationsInvalid(WildsideError):
    """Migration files are wrong, or there are none."""

    code = "migrations_invalid"


class MigrationFailed(WildsideError):
    """A migration could not be applied; the message names the file."""

    code = "migration_failed"


class ToolMissing(WildsideError):
    """Something that only some commands need is not installed; the message says what to do."""

    code = "tool_missing"


class MigrationBlocked(WildsideError):
    """A migration needs a lock that others kept; the message says who."""

    code = "migration_blocked"


class MigratorBusy(WildsideError):
    """Another migrator is at work, or left a lock behind that may be somebody's; the message says whose."""

    code = "migrator_busy"


class HistoryDiffers(WildsideError):
    """What was applied is not what the files say. `problems` lists every difference."""

    code = "history_differs"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class AreasInvalid(WildsideError):
    """The declaration of areas is wrong. `problems` lists every one."""

    code = "areas_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class RendererFailed(WildsideError):
    """Pictures cannot be drawn; the message says what to do."""

    code = "renderer_failed"


class OutputFailed(WildsideError):
    """Files could not be written, and those that were there still are; the message names one."""

    code = "output_failed"
