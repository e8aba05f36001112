"""The outside of `wildside db`: what its commands need, put together."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.catalogue import Catalogue
from wildside.domain.migrating import ApplyOrder, Done, RollbackOrder
from wildside.domain.migration_files import Finding, Migration, MigrationFolder
from wildside.domain.migration_plan import PlannedMigration
from wildside.domain.migration_status import MigrationStatus
from wildside.outbound.migration_files import read_migrations, write_migration
from wildside.outbound.postgres.catalogue import read_catalogue
from wildside.outbound.postgres.migration_checksums import bless
from wildside.outbound.postgres.migration_plan import make_plan, try_plan
from wildside.outbound.postgres.migration_status import read_status
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.migrator import Migrator
from wildside.outbound.postgres.scratch import scratch_server


class DatabaseTools:
    """Implements `inbound/cli/db/toolbox.py`. `folder` is that of the migrations; None is ours."""

    def read_migrations(self, folder: Path | None) -> MigrationFolder:
        """Read migration files. Raises MigrationsInvalid."""
        return read_migrations(folder or sql_folder() / "migrations")

    def write_migration(self, folder: Path | None, migration: Migration) -> Sequence[Path]:
        """Write a migration and its rollback. Raises MigrationsInvalid."""
        return write_migration(folder or sql_folder() / "migrations", migration)

    def read_catalogue(self, url: DatabaseUrl) -> Catalogue:
        """Read the schema of a database."""
        return read_catalogue(url)

    @contextmanager
    def migrated(
        self, folder: Path | None, url: DatabaseUrl | None, pg_bin: Path | None
    ) -> Iterator[DatabaseUrl]:
        """Make a scratch database with every migration applied; on the server of `url`, else on our own."""
        with scratch_server(url, pg_bin) as server, server.database() as scratch:
            apply_migrations(scratch.yoyo, folder or sql_folder() / "migrations", lambda _id: None)
            yield scratch

    def apply(
        self, url: DatabaseUrl, folder: Path | None, order: ApplyOrder, tell: Callable[[str], None]
    ) -> Sequence[Done]:
        """Apply what is pending."""
        return Migrator(url, folder or sql_folder() / "migrations", tell).apply(order)

    def rollback(
        self, url: DatabaseUrl, folder: Path | None, order: RollbackOrder, tell: Callable[[str], None]
    ) -> Sequence[Done]:
        """Take back what was applied last."""
        return Migrator(url, folder or sql_folder() / "migrations", tell).rollback(order)

    def status(self, url: DatabaseUrl, folder: Path | None) -> MigrationStatus:
        """Look at how a database stands, without touching it."""
        return read_status(url, self.read_migrations(folder))

    def verify(self, url: DatabaseUrl, folder: Path | None) -> Sequence[Finding]:
        """Compare a database with the files that made it."""
        files = self.read_migrations(folder)
        # Seam: each of these compares one thing. That of the live schema with sql/schema.sql joins here.
        comparisons: Sequence[Callable[[DatabaseUrl, MigrationFolder], Sequence[Finding]]] = (_checksums,)
        return sorted(finding for compare in comparisons for finding in compare(url, files))

    def bless(
        self, url: DatabaseUrl, folder: Path | None, migration_id: str, actor: str, reason: str
    ) -> None:
        """Note the checksum that the file of an applied migration has now. Raises MigrationsInvalid."""
        bless(url, self.read_migrations(folder), migration_id, actor, reason)

    def plan(self, url: DatabaseUrl, folder: Path | None) -> Sequence[PlannedMigration]:
        """Say what an apply would do now."""
        return make_plan(url, self.read_migrations(folder))

    def try_plan(
        self,
        url: DatabaseUrl,
        folder: Path | None,
        plan: Sequence[PlannedMigration],
        scratch: DatabaseUrl | None,
        pg_bin: Path | None,
    ) -> Sequence[PlannedMigration]:
        """Run a plan on a copy of the schema; on the server of `scratch`, else on our own."""
        with scratch_server(scratch, pg_bin) as server:
            return try_plan(url, self.read_migrations(folder), plan, server)


def _checksums(url: DatabaseUrl, files: MigrationFolder) -> Sequence[Finding]:
    return read_status(url, files).history.findings()
