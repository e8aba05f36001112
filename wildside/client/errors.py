"""Every error an app meets when it asks for reference data, as one tree.

    ReferenceDataError
    ├── ConfigInvalid        settings are wrong; all are listed
    ├── NoSnapshot           the packaged snapshot is not there
    ├── SnapshotInvalid      the packaged snapshot is not what its digests say
    ├── UnknownTable         the release has no such table
    ├── SchemaMismatch       the data have a shape that this app cannot read: update the app
    ├── NotIntact            bytes or rows are not what their digest says; never leaves the package
    └── BackendUnavailable   no trustworthy answer came from the backend
        └── Refused          it answered that the request is wrong (4xx); asking again will not help

`code` is stable and is what programs compare; the message is for people.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar


class ReferenceDataError(Exception):
    """Base of all errors of this package."""

    code: ClassVar[str] = "reference_data_error"


class ConfigInvalid(ReferenceDataError):
    """Settings are wrong. `problems` lists every one."""

    code = "config_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class NoSnapshot(ReferenceDataError):
    """The packaged snapshot is not there, or cannot be read; the message says where it was looked for."""

    code = "no_snapshot"


class SnapshotInvalid(ReferenceDataError):
    """The packaged snapshot is not what its own digests say."""

    code = "snapshot_invalid"


class UnknownTable(ReferenceDataError):
    """The release has no table `name`; the message lists those it has."""

    code = "unknown_table"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"there is no reference table {name!r}; there are: {', '.join(sorted(known))}")
        self.name = name


class SchemaMismatch(ReferenceDataError):
    """The data have another schemaVersion, `found`, than the one this app was written for."""

    code = "schema_mismatch"

    def __init__(self, found: int, expected: int) -> None:
        super().__init__(f"reference data have schemaVersion {found}, this app reads {expected}: update it")
        self.found = found


class NotIntact(ReferenceDataError):
    """Bytes or rows are not what their digest says."""

    code = "not_intact"


class BackendUnavailable(ReferenceDataError):
    """No trustworthy answer came from the backend; `retry_after` are the seconds it asked us to wait."""

    code = "backend_unavailable"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(BackendUnavailable):
    """The backend answered that the request is wrong: asking the same again will not help."""

    code = "backend_refused"
