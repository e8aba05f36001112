"""Apply migrations through yoyo's own API: the same tables and files as `yoyo apply`."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import yoyo

from wildside.config import account_name
from wildside.domain.errors import MigrationFailed, Unavailable


def migration_ids(folder: Path) -> frozenset[str]:
    """Return the ids of all migrations in a folder, as yoyo names them."""
    return frozenset(path.stem for path in folder.glob("*.sql") if not path.name.endswith(".rollback.sql"))


def apply_migrations(url: str, folder: Path, progress: Callable[[str], None]) -> int:
    """Apply what is pending, in order; return how many were applied.

    `url` is in yoyo's spelling. `progress` is called with each id before it is applied.
    Raises MigrationFailed naming the file, Unavailable when there is no database.
    """
    with yoyo_backend(url) as backend:
        try:
            return _apply(backend, yoyo.read_migrations(str(folder)), progress)
        except yoyo.exceptions.LockTimeout as error:
            raise MigrationFailed(f"{error}; if no migration is running, run yoyo break-lock") from error


@contextmanager
def yoyo_backend(url: str) -> Iterator[Any]:
    """Open yoyo's own connection to a database. Raises Unavailable when there is none."""
    # yoyo logs a user's name, which a container's user may not have.
    os.environ.setdefault("LOGNAME", account_name())
    with warnings.catch_warnings():
        # yoyo reads its bookkeeping with a cursor that psycopg warns about on Python 3.13.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            backend = yoyo.get_backend(url)
        except psycopg.OperationalError as error:
            raise Unavailable(str(error).strip()) from error
        with backend:
            yield backend


def _apply(backend: Any, migrations: Any, progress: Callable[[str], None]) -> int:
    done = 0
    with backend.lock():
        for migration in backend.to_apply(migrations):
            progress(migration.id)
            try:
                backend.apply_one(migration)
            except psycopg.Error as error:
                raise MigrationFailed(f"{migration.id}.sql: {str(error).strip()}") from error
            done += 1
    return done
