"""`wildside db bless`: somebody stands for a file that was changed after it was applied."""

import psycopg

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import MigrationsInvalid
from wildside.domain.errors import Unavailable
from wildside.domain.migration_files import MigrationFolder
from wildside.outbound.postgres.applied_migrations import CHECKSUMS, note, read_applied, readable
from wildside.outbound.postgres.migrator_lock import APPLICATION
from wildside.outbound.sql_text import checksum


def bless(url: DatabaseUrl, folder: MigrationFolder, name: str, actor: str, reason: str) -> None:
    """Note the checksum that a file has now. Raises MigrationsInvalid if it is not there or not applied."""
    migration = folder.named(name)
    if migration is None:
        raise MigrationsInvalid(f"there is no migration {name}")
    try:
        with psycopg.connect(url.asyncpg, application_name=f"{APPLICATION} bless") as connection:

            def ask(query: str) -> list[tuple[str, ...]]:
                return connection.execute(query.encode()).fetchall()

            if name not in {one.id for one in read_applied(ask)}:
                raise MigrationsInvalid(f"{name} is not applied, so there is nothing to stand for")
            if not readable(ask, CHECKSUMS):
                raise MigrationsInvalid(f"there is no table {CHECKSUMS} yet: apply the migrations first")
            note(connection.execute, name, checksum(migration), "blessed", actor=actor, reason=reason)
    except psycopg.Error as error:
        raise Unavailable(url.mask(str(error).strip())) from None
