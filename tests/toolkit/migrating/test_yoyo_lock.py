"""Yoyo's lock, which outlives its holder: what plain yoyo does, and what we do instead."""

import signal
from pathlib import Path
from typing import cast

import psycopg
from yoyo import default_migration_table
from yoyo.connections import parse_uri

from tests.toolkit.migrating.support import (
    ask,
    db,
    run,
    sleepers,
    tables,
    there,
    until,
    write,
    yoyo,
    yoyo_running,
    yoyos_url,
)
from wildside.outbound.postgres.migrator_lock import MigratorLock
from wildside.outbound.postgres.yoyo_lock import Backend, _wait


def test_yoyos_lock_outlives_its_holder(each_url: str, folder: Path) -> None:
    write(folder, "0001.slow", "select pg_sleep(4);")
    with yoyo_running(each_url, folder) as process:
        until(lambda: sleepers(each_url))
        process.send_signal(signal.SIGKILL)
        process.wait(5)
    tables(folder, "0001.slow")
    assert ask(each_url, "select pid from yoyo_lock") == [process.pid]
    done = db("apply", each_url, folder)
    # The statement of the killed one was still running: that was waited for, and only then cleared.
    assert done.returncode == 0, done.stderr
    assert f"waiting for yoyo's lock of process {process.pid}" in done.stderr
    assert f"cleared yoyo's lock of process {process.pid}" in done.stderr
    assert (there(each_url, "slow"), ask(each_url, "select count(*) from yoyo_lock")) == (True, [0])


def test_yoyo_itself_never_clears_it(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves")
    assert db("apply", url, folder).returncode == 0
    run(url, "insert into yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")
    stuck = yoyo("apply", url, folder)
    assert (stuck.returncode, "Process 999999 has locked this database" in stuck.stderr) == (1, True)
    done = db("apply", url, folder)
    assert (done.returncode, done.stdout) == (0, "nothing to do\n")
    assert yoyo("apply", url, folder).returncode == 0


def test_a_lock_that_may_be_somebodys_stays(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves")
    assert db("apply", url, folder, "--to", "0001.shelves").returncode == 0
    run(url, "insert into yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")
    with psycopg.connect(url, application_name="unknown") as other:
        refused = db("apply", url, folder, "--wait", "0.5")
        assert refused.returncode == 5
        assert f"may be any of: pid {other.info.backend_pid}, unknown, user wildside" in refused.stderr
        assert "yoyo break-lock" in refused.stderr
    assert ask(url, "select pid from yoyo_lock") == [999999]


def test_only_the_lock_that_was_looked_at_is_cleared(url: str, folder: Path) -> None:
    """Another yoyo may come and lock between the look for whoever could own it and the clearing."""
    assert db("apply", url, tables(folder, "0001.shelves")).returncode == 0
    run(url, "insert into yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")

    class Overtaken:
        """The session of our lock, which sees nobody; then somebody comes."""

        pid = 0

        @property
        def session(self) -> "Overtaken":
            return self

        def execute(self, _query: object, _arguments: object) -> "Overtaken":
            run(url, "update yoyo_lock set pid = 123")
            return self

        def fetchall(self) -> list[object]:
            return []

    with Backend(parse_uri(yoyos_url(url)), default_migration_table) as backend:
        _wait(backend, cast(MigratorLock, Overtaken()), 0, lambda _line: None, told=False)
    assert ask(url, "select pid from yoyo_lock") == [123]
