"""How a database stands: what is applied, what is not, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from wildside.domain.migration_files import Finding
from wildside.domain.migration_history import History


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """What `wildside db status` shows. Sequences of text are names."""

    history: History
    standby: bool
    migrator: str | None
    """Who holds the migrator's lock."""
    yoyo_lock: str | None
    """Whose row stands in yoyo's lock table."""
    invalid_indexes: Sequence[str]
    unvalidated: Sequence[str]
    """Constraints that old rows may break, as table.constraint."""
    leftovers: Sequence[tuple[str, str]]
    """What a pending migration creates and what is there already: (migration, relation)."""

    def findings(self) -> list[Finding]:
        """Return what is wrong or only looks so; pending migrations are neither."""
        found = list(self.history.findings())
        found += [_finding(f"{one}.sql", "leftover", _LEFTOVER.format(name)) for one, name in self.leftovers]
        found += [_finding("-", "invalid_index", _INVALID.format(name)) for name in self.invalid_indexes]
        found += [_finding("-", "not_validated", _UNVALIDATED.format(name)) for name in self.unvalidated]
        if self.yoyo_lock and not self.migrator:
            found.append(_finding("-", "yoyo_lock", _LOCK.format(self.yoyo_lock)))
        return found

    @property
    def clean(self) -> bool:
        """Whether nothing is pending or wrong."""
        return not self.history.pending and all(each.level == "warning" for each in self.findings())


_LEFTOVER = "it is pending, and {} is there already: a migrator was cut off, or somebody made it by hand"
_INVALID = "index {0} is invalid, so it answers no query and costs every write: drop index concurrently {0}"
_UNVALIDATED = "constraint {} was never validated: old rows may break it"
_LOCK = "{}; the next wildside db apply clears it if nobody can own it"


def _finding(file: str, rule: str, message: str) -> Finding:
    return Finding(file, 0, rule, message)
