"""Runs repeatable files, each in a transaction of its own and all under the lock of migrations."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlparse

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import MigrationFailed, MigrationsInvalid
from wildside.domain.errors import NotPermitted, QueryFailed, SchemaMismatch, Unavailable
from wildside.domain.migrating import Patience, bare, controls_transaction
from wildside.domain.migration_files import NAME
from wildside.domain.repeatables import Repeatable, Run, digest_of, outdated
from wildside.outbound.postgres.migration_errors import described, first_line, line_in
from wildside.outbound.postgres.migrator_lock import APPLICATION
from wildside.outbound.postgres.yoyo_lock import only_migrator

Connection = psycopg.Connection[Any]
Tell = Callable[[str], None]

_RECORD = """
insert into public.repeatables as r (name, digest, migrations, actor)
values (%s, %s, %s, coalesce(nullif(current_setting('wildside.actor', true), ''), session_user))
    on conflict (name) do update
   set (digest, migrations, applied_at, actor)
     = row (excluded.digest, excluded.migrations, clock_timestamp(), excluded.actor)
"""


def _nothing(_told: str) -> None:
    pass


def read_repeatables(folder: Path) -> list[Repeatable]:
    """Read the files of a folder. Raises MigrationsInvalid when it is missing or a name is wrong."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".sql")
        files = [Repeatable(path.stem, path.read_text(encoding="utf-8")) for path in paths]
    except (OSError, UnicodeDecodeError) as error:
        raise MigrationsInvalid(f"{folder}: {error}") from error
    for file in files:
        if not NAME.fullmatch(file.name):
            raise MigrationsInvalid(f"{file.file} is not named in lower case with underscores")
    return files


def remembers_repeatables(url: DatabaseUrl) -> bool:
    """Return whether the table is there that remembers what ran."""
    with connected(url) as connection:
        row = connection.execute("select to_regclass('public.repeatables') is not null").fetchone()
    return bool(row and row[0])


def pending_repeatables(url: DatabaseUrl, folder: Path) -> list[str]:
    """Return the names of the files that `apply_repeatables` would run; reads only."""
    files = read_repeatables(folder)
    with connected(url) as connection:
        return [file.name for file in _outdated(connection, files)[0]]


def apply_repeatables(
    url: DatabaseUrl, folder: Path, progress: Tell, notice: Tell = _nothing, wait: float = Patience().wait
) -> int:
    """Run the files that are new or differ from when they ran last; return how many.

    Takes the locks of migrations if there is something to do, for which it waits so many seconds; who
    holds them already calls `run_repeatables`. `progress` is called with each name before it runs, `notice`
    with what the server says meanwhile. Raises MigrationFailed with the file and the line, SchemaMismatch
    where the migrations are missing, MigratorBusy, NotPermitted, Unavailable.
    """
    if not pending_repeatables(url, folder):
        return 0
    with only_migrator(url, wait, notice):
        return run_repeatables(url, folder, progress, notice)


def run_repeatables(url: DatabaseUrl, folder: Path, progress: Tell, notice: Tell = _nothing) -> int:
    """Do what `apply_repeatables` does, without a lock: for who holds those of migrations."""
    files = read_repeatables(folder)
    with connected(url) as connection:
        connection.add_notice_handler(lambda diagnostic: notice(diagnostic.message_primary or ""))
        found, migrations = _outdated(connection, files)
        for file in found:
            progress(file.name)
            with connection.transaction():
                run_file(connection, file)
                connection.execute(_RECORD, (file.name, file.digest, migrations))
    return len(found)


def _outdated(connection: Connection, files: list[Repeatable]) -> tuple[list[Repeatable], str]:
    """Return the files to run, and the digest of the migrations that are applied."""
    try:
        rows = connection.execute("select name, digest, migrations from public.repeatables").fetchall()
        applied = connection.execute("select migration_id from public._yoyo_migration").fetchall()
    except psycopg.errors.UndefinedTable as error:
        raise SchemaMismatch("there is no table repeatables") from error
    migrations = digest_of([row[0] for row in applied])
    return outdated(files, {name: Run(*rest) for name, *rest in rows}, migrations), migrations


def run_file(connection: Connection, file: Repeatable) -> None:
    """Run a file statement by statement, so that an error has a line. Raises MigrationFailed."""
    end = 0
    for statement in sqlparse.split(file.text):
        start = file.text.index(statement, end)
        end = start + len(statement)
        before = file.text.count("\n", 0, start)
        if controls_transaction(statement):
            line = before + first_line(statement)
            raise MigrationFailed(
                f"{file.file}:{line}: transaction: a file is one transaction and ends none itself"
            )
        if not bare(statement).strip("; \n"):
            continue
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            line = before + line_in(statement, error)
            raise MigrationFailed(described(file.file, line, error)) from error


@contextmanager
def connected(url: DatabaseUrl) -> Iterator[Connection]:
    """Open a connection that commits each statement outside a transaction.

    Names mean what they say in `public`, and nobody queues for long behind a lock that we wait for.
    """
    try:
        with psycopg.connect(url.asyncpg, autocommit=True, application_name=APPLICATION) as connection:
            connection.execute("set search_path = public, pg_temp; set lock_timeout = '2s'")
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotPermitted(str(error).strip()) from None
    except psycopg.OperationalError as error:
        raise Unavailable(url.mask(str(error).strip())) from None
    except psycopg.Error as error:
        raise QueryFailed(str(error).strip()) from error
