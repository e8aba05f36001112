"""What the commands of `wildside db` need from outside; `wildside/toolkit.py` provides it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from wildside.config import DatabaseUrl
from wildside.domain.catalogue import Catalogue
from wildside.domain.grants import Grants
from wildside.domain.migration_files import Migration, MigrationFolder


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

    def pending_repeatables(self, url: DatabaseUrl) -> Sequence[str]:
        """Return the names of our repeatable files that would run."""
        ...

    def apply_repeatables(
        self, url: DatabaseUrl, progress: Callable[[str], None], notice: Callable[[str], None]
    ) -> int:
        """Run those of our repeatable files that differ from when they ran last; return how many."""
        ...

    def is_migrated(self, url: DatabaseUrl) -> bool:
        """Return whether the database remembers repeatable files."""
        ...

    def roles_script(self, prefix: str) -> str:
        """Return the SQL that makes the roles."""
        ...

    def apply_roles(self, url: DatabaseUrl, prefix: str) -> None:
        """Make the roles, and give them what the database has."""
        ...

    def read_grants(self, url: DatabaseUrl) -> Grants:
        """Read who may do what in a database."""
        ...

    def granted(self, url: DatabaseUrl | None, pg_bin: Path | None) -> AbstractContextManager[DatabaseUrl]:
        """Make a scratch database with every migration, roles of its own and the repeatable files."""
        ...

    @property
    def committed_grants(self) -> Path:
        """The page of grants that is committed."""
        ...
