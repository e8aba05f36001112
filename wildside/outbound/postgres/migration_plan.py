"""What would run on a database, how large the tables are, and a trial on a copy of its schema."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import HistoryDiffers, MigrationFailed
from wildside.domain.migrating import no_way_back
from wildside.domain.migration_files import Migration, MigrationFolder
from wildside.domain.migration_plan import PlannedMigration, TableSize, TriedMigration, planned
from wildside.domain.statement_locks import strongest
from wildside.outbound.postgres.applied_migrations import Ask, read_history
from wildside.outbound.postgres.dump import copy_schema
from wildside.outbound.postgres.migration_errors import described, line_of
from wildside.outbound.postgres.migration_status import reading
from wildside.outbound.postgres.scratch import scratch_server
from wildside.outbound.sql_statements import read_statements

_SIZE = """
select c.relname, c.reltuples::bigint, pg_total_relation_size(c.oid)
  from pg_class i
  left join pg_index x on x.indexrelid = i.oid
  join pg_class c on c.oid = coalesce(x.indrelid, i.oid)
 where i.oid = to_regclass('{}')
"""

REAL_LOCKS = """
select relation, mode from pg_locks where pid = %s and granted and relation = any(%s)
"""

TABLES = "select oid, relname from pg_class where relkind in ('r', 'p', 'm', 'v') and oid >= 16384"
"""Asked before a statement: what it drops has no name afterwards, but is still locked."""


def make_plan(url: DatabaseUrl, folder: MigrationFolder) -> list[PlannedMigration]:
    """Return what an apply would do now. Raises HistoryDiffers where it would."""
    with reading(url) as ask:
        history = read_history(ask, folder)
        if problems := history.problems():
            raise HistoryDiffers(problems)
        return [_planned(ask, one) for one in folder.migrations if one.id in history.pending]


def _planned(ask: Ask, migration: Migration) -> PlannedMigration:
    statements = read_statements(migration.file, migration.text)
    sizes: dict[str, TableSize] = {}
    for name in {claim.table for each in statements for claim in each.claims}:
        for _table, rows, size in ask(_SIZE.format(name.replace("'", "''"))):
            sizes[name] = TableSize(rows if rows >= 0 else None, size)
    found = [planned(each, sizes) for each in statements]
    return PlannedMigration(migration.id, migration.transactional, no_way_back(migration), found)


def try_plan(
    url: DatabaseUrl,
    folder: MigrationFolder,
    plan: Sequence[PlannedMigration],
    scratch: DatabaseUrl | None,
    pg_bin: Path | None,
) -> list[PlannedMigration]:
    """Run a plan on a copy of the schema, and add what it did. Raises MigrationFailed, ServerFailed."""
    with scratch_server(scratch, pg_bin) as server, server.database() as copy:
        copy_schema(url, copy, server.bin_dir)
        with psycopg.connect(copy.asyncpg, autocommit=True) as connection:
            files = {one.id: one for one in folder.migrations}
            return [replace(each, tried=_tried(connection, files[each.id])) for each in plan]


def _tried(connection: psycopg.Connection[Any], migration: Migration) -> TriedMigration:
    import sqlparse  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 - splits as yoyo does

    statements = [each for each in sqlparse.split(migration.text) if each.strip()]
    names = dict(connection.execute(TABLES).fetchall())
    locks: dict[str, set[str]] = {}
    started = time.monotonic()
    number = 0
    try:
        if not migration.transactional:
            for number, each in enumerate(statements):  # noqa: B007 - the error's line needs it
                connection.execute(each)
            return TriedMigration(round(time.monotonic() - started, 3), ())
        with connection.transaction():
            for number, each in enumerate(statements):  # noqa: B007
                connection.execute(each)
            pid = connection.info.backend_pid
            for table, mode in connection.execute(REAL_LOCKS, [pid, list(names)]).fetchall():
                locks.setdefault(names[table], set()).add(mode)
    except psycopg.Error as error:
        line = line_of(migration.text, statements, number, error)
        raise MigrationFailed(described(migration.file, line, error)) from None
    taken = [(table, strongest(modes)) for table, modes in sorted(locks.items())]
    return TriedMigration(round(time.monotonic() - started, 3), taken)
