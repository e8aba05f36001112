"""Apply migrations as a step of something else: the migrator of `wildside db apply`, with its defaults."""

from collections.abc import Callable
from pathlib import Path

from wildside.config import DatabaseUrl
from wildside.domain.migrating import ApplyOrder
from wildside.domain.migration_history import MISSING, OUT_OF_ORDER
from wildside.outbound.postgres.migrator import Migrator

APPLYING = "applying "
ALLOWED = (MISSING, OUT_OF_ORDER)


def migration_ids(folder: Path) -> frozenset[str]:
    """Return the ids of all migrations in a folder, as yoyo names them."""
    return frozenset(path.stem for path in folder.glob("*.sql") if not path.name.endswith(".rollback.sql"))


def apply_migrations(url: DatabaseUrl, folder: Path, progress: Callable[[str], None]) -> int:
    """Apply what is pending, in order; return how many were applied.

    `progress` is called with each id before it is applied. A database that a newer version has
    migrated is left as it is, and files that came late are applied where they stand, as yoyo does.
    Raises MigrationFailed naming the file, Unavailable when there is no database, HistoryDiffers when
    an applied file was edited, and what else the migrator raises.
    """

    def tell(line: str) -> None:
        if line.startswith(APPLYING):
            progress(line.removeprefix(APPLYING))

    return len(Migrator(url, folder, tell).apply(ApplyOrder(allowed=ALLOWED)))
