"""What the commands of `wildside db` need from outside; `wildside/toolkit.py` provides it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from wildside.config import DatabaseUrl
from wildside.domain.catalogue import Catalogue
from wildside.domain.migration_files import Finding, Migration, MigrationFolder


class DatabaseToolbox(Protocol):
    """The outside, as these commands use it. `folder` is that of the migrations; None is ours."""

    def read_migrations(self, folder: Path | None) -> MigrationFolder:
        """Read migration files. Raises MigrationsInvalid."""
        ...

    def write_migration(self, folder: Path | None, migration: Migration) -> Sequence[Path]:
        """Write a migration and its rollback. Raises MigrationsInvalid."""
        ...

    def check_migrations(self, folder: Path | None) -> Sequence[Finding]:
        """Look for what is wrong in migration files, offline. Raises MigrationsInvalid, ToolMissing."""
        ...

    def read_catalogue(self, url: DatabaseUrl) -> Catalogue:
        """Read the schema of a database."""
        ...

    def migrated(
        self, folder: Path | None, url: DatabaseUrl | None, pg_bin: Path | None
    ) -> AbstractContextManager[DatabaseUrl]:
        """Make a scratch database with every migration applied; on the server of `url`, else on our own."""
        ...
