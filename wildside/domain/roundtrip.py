"""What a migration did to the schema on its way up, down and up again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wildside.domain.generated import unified
from wildside.domain.migration_files import Migration

Mode = Literal["both ways", "up only"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a way back or a second way up led elsewhere. `diff` says how, `message` that it did."""

    file: str
    message: str
    diff: str = ""

    def __str__(self) -> str:
        return f"{self.file}:0: roundtrip: {self.message}"


@dataclass(frozen=True, slots=True)
class Trip:
    """One migration, there and back."""

    id: str
    mode: Mode
    faults: Sequence[Fault] = ()
    reason: str | None = None
    """Why there is no way back, where the file says so."""


def way(migration: Migration) -> Trip | None:
    """Return the trip of a file that cannot be undone, None where one has to be made."""
    if migration.irreversible:
        return Trip(migration.id, "up only", reason=migration.irreversible)
    if migration.rollback is None:
        message = f"there is no {migration.rollback_file}, nor `-- irreversible: why`"
        return Trip(migration.id, "up only", (Fault(migration.file, message),))
    return None


def judged(migration: Migration, dumps: Mapping[str, str]) -> Trip:
    """Compare the dumps made `before`, after going `up`, `down` and up `again`."""
    faults = []
    if dumps["down"] != dumps["before"]:
        diff = unified(dumps["before"], dumps["down"], "before", "after up and down")
        faults.append(Fault(migration.rollback_file, "does not bring back the schema before it", diff))
    if dumps["again"] != dumps["up"]:
        diff = unified(dumps["up"], dumps["again"], "after up", "after up, down and up")
        faults.append(Fault(migration.file, "makes another schema the second time", diff))
    return Trip(migration.id, "both ways", faults)
