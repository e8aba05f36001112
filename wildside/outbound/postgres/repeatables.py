"""Runs repeatable files, each in a transaction of its own and all under the lock of migrations."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlparse
import yoyo

from wildside.config import DatabaseUrl
from wildside.domain.errors import (
    MigrationFailed,
    MigrationsInvalid,
    QueryFailed,
    SchemaMismatch,
    Unavailable,
)
from wildside.domain.repeatables import Repeatable, Run, digest_of, outdated
from wildside.outbound.postgres.yoyo_lock import yoyo_backend

Connection = psycopg.Connection[Any]
Tell = Callable[[str], None]

_RECORD = """
insert into public.repeatables as r (name, digest, migrations, actor)
values (%s, %s, %s, coalesce(nullif(current_setting('wildside.actor', true), ''), session_user))
    on conflict (name) do update
   set (digest, migrations, applied_at, actor)
     = row (excluded.digest, excluded.migrations, clock_timestamp(), excluded.actor)
"""

_NAME = re.compile(r"[a-z]+(_[a-z0-9]+)*")
_BODY = re.compile(r"\$\w*\$")
_IN_BODY = re.compile(r"inline_code_block line (\d+)")
_TRANSACTIONS = {"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare"}


def read_repeatables(folder: Path) -> list[Repeatable]:
    """Read the files of a folder. Raises MigrationsInvalid when it is missing or a name is wrong."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".sql")
        files = [Repeatable(path.stem, path.read_text(encoding="utf-8")) for path in paths]
    except (OSError, UnicodeDecodeError) as error:
        raise MigrationsInvalid(f"{folder}: {error}") from error
    for file in files:
        if not _NAME.fullmatch(file.name):
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
    url: DatabaseUrl, folder: Path, progress: Tell, notice: Tell = lambda _text: None
) -> int:
    """Run the files that are new or differ from when they ran last; return how many.

    Takes yoyo's lock if there is something to do; who holds the lock of migrations already calls
    `run_repeatables`. `progress` is called with each name before it runs, `notice` with what the
    server says meanwhile. Raises MigrationFailed with the file and the line, SchemaMismatch
    where the migrations are missing, Unavailable.
    """
    if not pending_repeatables(url, folder):
        return 0
    with _lock_of_migrations(url):
        return run_repeatables(url, folder, progress, notice)


def run_repeatables(url: DatabaseUrl, folder: Path, progress: Tell, notice: Tell = lambda _text: None) -> int:
    """Do what `apply_repeatables` does, without a lock: for who holds the one of migrations."""
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
    """Run a file statement by statement, so that an error has a line."""
    end = 0
    for statement in sqlparse.split(file.text):
        start = file.text.index(statement, end)
        end = start + len(statement)
        bare = sqlparse.format(statement, strip_comments=True).strip(" \n;")
        if not bare:
            continue
        before = file.text.count("\n", 0, start)
        if bare.split()[0].lower() in _TRANSACTIONS:
            line = before + _first_line(statement)
            raise MigrationFailed(f"{file.file}:{line}: a file is one transaction and ends none itself")
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            line = before + _line(statement, error)
            raise MigrationFailed(
                f"{file.file}:{line}: {str(error).strip().partition(chr(10))[0]}"
            ) from error


def _line(statement: str, error: psycopg.Error) -> int:
    """Return the line of a statement at which it failed, from 1."""
    position = error.diag.statement_position
    if position:
        return statement.count("\n", 0, int(position) - 1) + 1
    body, place = _BODY.search(statement), _IN_BODY.findall(error.diag.context or "")
    if body and place:  # in a "do", whose outermost line is told last
        return statement.count("\n", 0, body.start()) + int(place[-1])
    return _first_line(statement)


def _first_line(statement: str) -> int:
    lines = enumerate(statement.split("\n"), start=1)
    return next((number for number, line in lines if line.strip() and not line.strip().startswith("--")), 1)


@contextmanager
def connected(url: DatabaseUrl) -> Iterator[Connection]:
    """Open a connection that commits each statement outside a transaction.

    Names mean what they say in `public`, and nobody queues for long behind a lock that we wait for.
    """
    try:
        with psycopg.connect(url.asyncpg, autocommit=True) as connection:
            connection.execute("set search_path = public, pg_temp; set lock_timeout = '2s'")
            yield connection
    except psycopg.OperationalError as error:
        raise Unavailable(str(error).strip()) from error
    except psycopg.Error as error:
        raise QueryFailed(str(error).strip()) from error


@contextmanager
def _lock_of_migrations(url: DatabaseUrl) -> Iterator[None]:
    try:
        with yoyo_backend(url) as backend, backend.lock():
            yield
    except yoyo.exceptions.LockTimeout as error:
        raise MigrationFailed(f"{error}; if no migration is running, run yoyo break-lock") from error
