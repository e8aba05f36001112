"""Every error the project raises on purpose, as one tree.

    WildsideError
    ├── InvalidRequest        the caller's request is wrong; all that is wrong is listed
    ├── NotFound              no such thing, or not yours
    ├── SourceInvalid         reference files are wrong; all problems are listed
    ├── SeedRefused           a guard stopped a seed that looks like a mistake
    ├── SeedLocked            another seed holds the lock
    ├── EditInvalid           an edit by hand names or gives what does not fit; all of it is listed
    ├── EditRefused           an edit by hand would leave rows that break a rule
    ├── NoRelease             the database holds no reference release yet
    ├── ServerInUse           another process holds the data directory
    ├── AddressInUse          another program listens on the port
    ├── BackendUnavailable    a Wildside that should serve reference data does not
    ├── ServerFailed          a local PostgreSQL could not be found or started
    ├── SettingsInvalid       the environment's settings are wrong; all are listed
    ├── MigrationsInvalid     migration files are wrong, or there are none
    ├── MigrationFailed       a migration could not be applied
    ├── ToolMissing           something that only some commands need is not installed
    ├── AreasInvalid          the declaration of areas is wrong; all problems are listed
    ├── RendererFailed        pictures cannot be drawn
    ├── OutputFailed          files could not be written; those that were there still are
    ├── MigrationBlocked      a migration needs a lock that others kept
    ├── MigratorBusy          another migrator is at work
    ├── HistoryDiffers        what was applied is not what the files say; all differences are listed
    └── StoreError            what a store raises instead of a driver's exception
        ├── Unavailable       the database cannot be reached, or refuses connections
        │   └── NotPermitted  it answers, and does not let us do it
        ├── TimedOut          a statement or lock took longer than allowed
        ├── SchemaMismatch    a table or column is not there: migrations are missing
        ├── ConstraintViolated a named rule of the schema was broken
        ├── RetryTransaction  serialisation failure or deadlock: run the transaction again
        └── QueryFailed       anything else the database refused

`code` is stable and is what clients and scripts compare; the message is for people.
"""

from collections.abc import Sequence
from typing import ClassVar


class WildsideError(Exception):
    """Base of all errors raised on purpose."""

    code: ClassVar[str] = "internal_error"


class InvalidRequest(WildsideError):
    """The request is wrong. `errors` lists every problem: (query parameter, code, detail)."""

    code = "invalid_request"

    def __init__(self, message: str, errors: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)


class NotFound(WildsideError):
    """No such thing, or not the caller's."""

    code = "not_found"


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


class NoRelease(WildsideError):
    """The database holds no reference release yet."""

    code = "no_release"


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


class StoreError(WildsideError):
    """What a store raises instead of a driver's exception."""


class Unavailable(StoreError):
    """The database cannot be reached, or refuses connections."""

    code = "database_unavailable"


class NotPermitted(Unavailable):
    """The database answers, and does not let us do it; the message says what, or who could."""

    code = "not_permitted"


class TimedOut(StoreError):
    """A statement or a lock took longer than allowed."""

    code = "timed_out"


class SchemaMismatch(StoreError):
    """A table or column is not there: migrations are missing."""

    code = "schema_mismatch"


class RetryTransaction(StoreError):
    """A serialisation failure or a deadlock: the whole transaction may run again."""

    code = "retry_transaction"


class ConstraintViolated(StoreError):
    """A named rule of the schema was broken."""

    code = "constraint_violated"

    def __init__(self, message: str, constraint: str) -> None:
        super().__init__(message)
        self.constraint = constraint


class QueryFailed(StoreError):
    """Anything else that the database refused."""

    code = "query_failed"
