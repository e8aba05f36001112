"""The migrations, up and down, by yoyo itself."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yoyo

from tests.conftest import MIGRATIONS, url_of_connection
from tests.sql.support import Connection, column, connect, scratch_database, value, version
from wildside.config import DatabaseUrl
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.dump import dump_schema
from wildside.outbound.postgres.migrations import migration_ids

ROOT = Path(__file__).parents[2]
YOYO = Path(sys.executable).with_name("yoyo")


@pytest.fixture
def empty_url(cluster: SimpleNamespace) -> Iterator[str]:
    with scratch_database(cluster) as url:
        yield url


def schema(url: str) -> str:
    """The whole schema but yoyo's own tables."""
    chosen = os.environ.get("PGBIN")
    return dump_schema(DatabaseUrl.parse(url), find_binaries(Path(chosen) if chosen else None))


@contextmanager
def migrator(url: str) -> Iterator[Any]:
    """yoyo's own backend, locked."""
    with warnings.catch_warnings():
        # Python 3.13 warns of how yoyo reads its tables.
        warnings.simplefilter("ignore", DeprecationWarning)
        with yoyo.get_backend(DatabaseUrl.parse(url).yoyo) as backend, backend.lock():
            yield backend


def up(url: str) -> None:
    with migrator(url) as backend:
        backend.apply_migrations(backend.to_apply(yoyo.read_migrations(str(MIGRATIONS))))


def down(url: str) -> None:
    with migrator(url) as backend:
        backend.rollback_migrations(backend.to_rollback(yoyo.read_migrations(str(MIGRATIONS))))


def start_apply(url: str) -> subprocess.Popen[str]:
    """`yoyo apply`, as an operator types it."""
    return subprocess.Popen(
        [YOYO, "apply"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def applied(url: str) -> frozenset[str]:
    with connect(url) as connection:
        return frozenset(column(connection, "select migration_id from _yoyo_migration"))


def test_all_up_all_down_all_up_is_the_same_schema(empty_url: str) -> None:
    nothing = schema(empty_url)
    up(empty_url)
    everything = schema(empty_url)
    down(empty_url)
    assert schema(empty_url) == nothing
    up(empty_url)
    assert schema(empty_url) == everything


def test_every_file_has_its_rollback() -> None:
    rollbacks = {path.name.removesuffix(".rollback.sql") for path in MIGRATIONS.glob("*.rollback.sql")}
    assert rollbacks == migration_ids(MIGRATIONS)


def test_the_rollbacks_also_work_with_rows(seeded_connection: Connection) -> None:
    url = url_of_connection(seeded_connection)
    down(url)
    up(url)
    assert version(seeded_connection) == 0


def test_a_rollback_with_rows_makes_a_version(seeded_connection: Connection) -> None:
    with migrator(url_of_connection(seeded_connection)) as backend:
        found = sorted(yoyo.read_migrations(str(MIGRATIONS)), key=lambda migration: migration.id)
        regions = next(number for number, one in enumerate(found) if one.id == "0011.regions")
        for migration in reversed(found[regions:]):
            backend.rollback_one(migration)
        assert version(seeded_connection) == 2
        for migration in found[regions:]:
            backend.apply_one(migration)
    seeded_connection.rollback()
    assert version(seeded_connection) == 3
    query = "select version_seq from reference_metadata where table_name = 'regions'"
    assert value(seeded_connection, query) == 3


@pytest.mark.parametrize("scheme", ["postgresql://", "postgres://", "postgresql+psycopg://"])
def test_yoyo_apply_takes_every_spelling_of_the_url(empty_url: str, scheme: str) -> None:
    code, output = finish(start_apply(empty_url.replace("postgresql://", scheme)))
    assert code == 0, output
    assert applied(empty_url) == migration_ids(MIGRATIONS)


def test_two_migrators_at_once_are_safe(empty_url: str, database_url: str) -> None:
    first, second = start_apply(empty_url), start_apply(empty_url)
    assert [finish(first)[0], finish(second)[0]] == [0, 0]
    assert applied(empty_url) == migration_ids(MIGRATIONS)
    assert schema(empty_url) == schema(database_url)
    with connect(empty_url) as connection:
        log = "select migration_id from _yoyo_log where operation = 'apply' order by 1"
        assert column(connection, log) == sorted(migration_ids(MIGRATIONS))
