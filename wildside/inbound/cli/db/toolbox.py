"""What the commands of `wildside db` need from outside; `wildside/toolkit.py` provides it."""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from wildside.config import DatabaseUrl
from wildside.domain.areas import Area
from wildside.domain.catalogue import Catalogue
from wildside.domain.grants import Grants
from wildside.domain.migrating import ApplyOrder, Done, RollbackOrder
from wildside.domain.migration_files import Finding, Migration, MigrationFolder
from wildside.domain.migration_plan import PlannedMigration
from wildside.domain.migration_status import MigrationStatus
from wildside.domain.roundtrip import Trip


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

    def dump_schema(self, url: DatabaseUrl, pg_bin: Path | None) -> str:
        """Return the schema of a database as text, the same bytes from every version of PostgreSQL."""
        ...

    def round_trips(
        self, folder: Path | None, url: DatabaseUrl | None, pg_bin: Path | None, only: str | None
    ) -> Generator[Trip, None, None]:
        """Take each migration, or one, up, down and up again in a database of its own."""
        ...

    def read_areas(self, file: Path | None) -> Sequence[Area]:
        """Read the declaration of areas. Raises AreasInvalid."""
        ...

    @property
    def drawer(self) -> str:
        """What `draw` draws with, its version and settings included."""
        ...

    def draw(self, sources: Mapping[str, str], done: Callable[[str], None]) -> Mapping[str, str]:
        """Draw diagrams as SVG, all or none. Raises RendererFailed."""
        ...

    def read_generated(self, folder: Path, mark: str, names: Collection[str]) -> Mapping[str, str]:
        """Read the files of these names, and all others that bear the mark, if any. Raises OutputFailed."""
        ...

    def replace_files(self, folder: Path, wanted: Mapping[str, str], stale: Collection[str]) -> None:
        """Write all files and remove the stale ones, or leave everything as it was and raise OutputFailed."""
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

    def verify(self, url: DatabaseUrl, folder: Path | None, pg_bin: Path | None) -> Sequence[Finding]:
        """Compare a database with the files that made it, and its schema with our snapshot."""
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
