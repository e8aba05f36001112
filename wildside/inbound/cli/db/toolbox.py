"""What the commands of `wildside db` need from outside; `wildside/toolkit.py` provides it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from wildside.config import DatabaseUrl
from wildside.domain.catalogue import Catalogue
from wildside.domain.migrating import ApplyOrder, Done, RollbackOrder
from wildside.domain.migration_files import Finding, Migration, MigrationFolder
from wildside.domain.migration_plan import PlannedMigration
from wildside.domain.migration_status import MigrationStatus


class DatabaseToolbox(Protocol):
    """The outside, as these commands use it. `folder` is that of the migrations; None is ours."""

    def read_migrations(self, folder: Path | None) -> MigrationFolder:
        """Read migration files. Raises MigrationsInvalid."""
        ...

    def write_migration(self, folder: Path | None, migration: Migration) -> Sequence[Path]:
        """Write a migration and its rollback. Raises MigrationsInvalid."""
        ...

    def read_catalogue(self, url: DatabaseUrl) -> Catalogue:
        """Read the schema of a database."""
        ...

    def migrated(
        self, folder: Path | None, url: DatabaseUrl | None, pg_bin: Path | None
    ) -> AbstractContextManager[DatabaseUrl]:
        """Make a scratch database with every migration applied; on the server of `url`, else on our own."""
        ...

    def apply(
        self, url: DatabaseUrl, folder: Path | None, order: ApplyOrder, tell: Callable[[str], None]
    ) -> Sequence[Done]:
        """Apply what is pending."""
        ...

    def rollback(
        self, url: DatabaseUrl, folder: Path | None, order: RollbackOrder, tell: Callable[[str], None]
    ) -> Sequence[Done]:
        """Take back what was applied last."""
        ...

    def status(self, url: DatabaseUrl, folder: Path | None) -> MigrationStatus:
        """Look at how a database stands, without touching it."""
        ...

    def verify(self, url: DatabaseUrl, folder: Path | None) -> Sequence[Finding]:
        """Compare a database with the files that made it."""
        ...

    def bless(
        self, url: DatabaseUrl, folder: Path | None, migration_id: str, actor: str, reason: str
    ) -> None:
        """Note the checksum that the file of an applied migration has now. Raises MigrationsInvalid."""
        ...

    def plan(self, url: DatabaseUrl, folder: Path | None) -> Sequence[PlannedMigration]:
        """Say what an apply would do now."""
        ...

    def try_plan(
        self,
        url: DatabaseUrl,
        folder: Path | None,
        plan: Sequence[PlannedMigration],
        scratch: DatabaseUrl | None,
        pg_bin: Path | None,
    ) -> Sequence[PlannedMigration]:
        """Run a plan on a copy of the schema; on the server of `scratch`, else on our own."""
        ...
