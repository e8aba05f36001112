"""The outside of `wildside db`: what its commands need, put together."""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.areas import Area
from wildside.domain.catalogue import Catalogue
from wildside.domain.errors import ServerFailed
from wildside.domain.grants import Grants
from wildside.domain.lint.check import check, folder_of
from wildside.domain.migrating import ApplyOrder, Done, RollbackOrder
from wildside.domain.migration_files import Finding, Migration, MigrationFolder
from wildside.domain.migration_plan import PlannedMigration
from wildside.domain.migration_status import MigrationStatus
from wildside.domain.roles import with_prefix
from wildside.domain.roundtrip import Trip
from wildside.domain.schema_dump import drift
from wildside.outbound.areas import read_areas
from wildside.outbound.generated import read_generated, replace_files
from wildside.outbound.mermaid import DRAWER, draw
from wildside.outbound.migration_files import read_contents, read_migrations, write_migration
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.catalogue import read_catalogue
from wildside.outbound.postgres.dump import dump_schema
from wildside.outbound.postgres.migration_checksums import bless
from wildside.outbound.postgres.migration_plan import make_plan, try_plan
from wildside.outbound.postgres.migration_status import read_status
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.migrator import Migrator
from wildside.outbound.postgres.repeatables import (
    apply_repeatables,
    pending_repeatables,
    remembers_repeatables,
)
from wildside.outbound.postgres.roles import apply_roles, read_grants, scratch_roles
from wildside.outbound.postgres.roundtrip import round_trips
from wildside.outbound.postgres.scratch import scratch_server
from wildside.outbound.sql_parser import parse_sql
from wildside.outbound.squawk import run_squawk


class DatabaseTools:
    """Implements `inbound/cli/db/toolbox.py`. `folder` is that of the migrations; None is ours."""

    def read_migrations(self, folder: Path | None) -> MigrationFolder:
        """Read migration files. Raises MigrationsInvalid."""
        return read_migrations(folder or sql_folder() / "migrations")

    def write_migration(self, folder: Path | None, migration: Migration) -> Sequence[Path]:
        """Write a migration and its rollback. Raises MigrationsInvalid."""
        return write_migration(folder or sql_folder() / "migrations", migration)

    def check_migrations(self, folder: Path | None) -> Sequence[Finding]:
        """Look for what is wrong in migration files, offline. Raises MigrationsInvalid, ToolMissing."""
        place = folder or sql_folder() / "migrations"
        files = folder_of(*read_contents(place), parse_sql)
        shown = place.absolute()
        if shown.is_relative_to(Path.cwd()):
            shown = shown.relative_to(Path.cwd())
        found = check(files, run_squawk(list(files.files.values())))
        return [replace(finding, file=str(shown / finding.file)) for finding in found]

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

    def dump_schema(self, url: DatabaseUrl, pg_bin: Path | None) -> str:
        """Return the schema of a database as text, the same bytes from every version of PostgreSQL."""
        return dump_schema(url, find_binaries(pg_bin))

    def round_trips(
        self, folder: Path | None, url: DatabaseUrl | None, pg_bin: Path | None, only: str | None
    ) -> Generator[Trip, None, None]:
        """Take each migration, or one, up, down and up again in a database of its own."""
        with scratch_server(url, pg_bin) as server:
            yield from round_trips(server, folder or sql_folder() / "migrations", only)

    def read_areas(self, file: Path | None) -> Sequence[Area]:
        """Read the declaration of areas. Raises AreasInvalid."""
        return read_areas(file or sql_folder() / "areas.toml")

    @property
    def drawer(self) -> str:
        """What `draw` draws with, its version and settings included."""
        return DRAWER

    def draw(self, sources: Mapping[str, str], done: Callable[[str], None]) -> Mapping[str, str]:
        """Draw diagrams as SVG, all or none. Raises RendererFailed."""
        return draw(sources, done)

    def read_generated(self, folder: Path, mark: str, names: Collection[str]) -> Mapping[str, str]:
        """Read the files of these names, and all others that bear the mark, if any. Raises OutputFailed."""
        return read_generated(folder, mark, names)

    def replace_files(self, folder: Path, wanted: Mapping[str, str], stale: Collection[str]) -> None:
        """Write all files and remove the stale ones, or leave everything as it was and raise OutputFailed."""
        replace_files(folder, wanted, stale)

    def pending_repeatables(self, url: DatabaseUrl) -> Sequence[str]:
        """Return the names of our repeatable files that would run."""
        return pending_repeatables(url.asyncpg, _repeatable())

    def apply_repeatables(
        self, url: DatabaseUrl, progress: Callable[[str], None], notice: Callable[[str], None]
    ) -> int:
        """Run those of our repeatable files that differ from when they ran last; return how many."""
        return apply_repeatables(url.asyncpg, _repeatable(), progress, notice)

    def is_migrated(self, url: DatabaseUrl) -> bool:
        """Return whether the database remembers repeatable files."""
        return remembers_repeatables(url.asyncpg)

    def roles_script(self, prefix: str) -> str:
        """Return the SQL that makes the roles."""
        return with_prefix(_roles_script(), prefix)

    def apply_roles(self, url: DatabaseUrl, prefix: str) -> None:
        """Make the roles, and give them what the database has."""
        apply_roles(url.asyncpg, _roles_script(), prefix)

    def read_grants(self, url: DatabaseUrl) -> Grants:
        """Read who may do what in a database."""
        return read_grants(url.asyncpg)

    @contextmanager
    def granted(self, url: DatabaseUrl | None, pg_bin: Path | None) -> Iterator[DatabaseUrl]:
        """Make a scratch database with every migration, roles of its own and the repeatable files."""
        with (
            scratch_server(url, pg_bin) as server,
            scratch_roles(server.url) as prefix,
            server.database() as scratch,
        ):
            apply_migrations(scratch.yoyo, sql_folder() / "migrations", lambda _id: None)
            apply_roles(scratch.asyncpg, _roles_script(), prefix)
            apply_repeatables(scratch.asyncpg, _repeatable(), lambda _name: None)
            yield scratch

    @property
    def committed_grants(self) -> Path:
        """The page of grants that is committed."""
        return sql_folder() / "grants.md"

    def apply(
        self, url: DatabaseUrl, folder: Path | None, order: ApplyOrder, tell: Callable[[str], None]
    ) -> Sequence[Done]:
        """Apply what is pending."""
        repeatable = None if folder else _repeatable()
        return Migrator(url, folder or sql_folder() / "migrations", tell, repeatable).apply(order)

    def rollback(
        self, url: DatabaseUrl, folder: Path | None, order: RollbackOrder, tell: Callable[[str], None]
    ) -> Sequence[Done]:
        """Take back what was applied last."""
        return Migrator(url, folder or sql_folder() / "migrations", tell).rollback(order)

    def status(self, url: DatabaseUrl, folder: Path | None) -> MigrationStatus:
        """Look at how a database stands, without touching it."""
        return read_status(url, self.read_migrations(folder))

    def verify(self, url: DatabaseUrl, folder: Path | None, pg_bin: Path | None) -> Sequence[Finding]:
        """Compare a database with the files that made it."""
        files = self.read_migrations(folder)
        found = [*read_status(url, files).history.findings()]
        return sorted([*found, *([] if folder else self._drift(url, files, pg_bin))])

    def _drift(self, url: DatabaseUrl, files: MigrationFolder, pg_bin: Path | None) -> Sequence[Finding]:
        """Compare the live schema with the snapshot of ours, if all of ours are applied."""
        if read_status(url, files).history.pending:
            return []
        file = sql_folder() / "schema.sql"
        try:
            live = dump_schema(url, find_binaries(pg_bin))
        except ServerFailed as error:
            return [Finding("schema.sql", 0, "drift", f"was not looked for: {error}", "warning")]
        return drift(file.read_text(encoding="utf-8"), live)

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


def _repeatable() -> Path:
    return sql_folder() / "repeatable"


def _roles_script() -> str:
    return (sql_folder() / "roles.sql").read_text(encoding="utf-8")
