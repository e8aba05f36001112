"""What yoyo does by itself, each seen on a real PostgreSQL, and what the toolkit does there."""

import os
import pty
import subprocess
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from tests.cli.program import environment
from tests.toolkit.migrating.support import (
    applied,
    ask,
    db,
    db_program,
    run,
    sleepers,
    tables,
    there,
    until,
    with_checksums,
    write,
    yoyo,
    yoyo_command,
    yoyo_running,
)
from wildside.outbound.postgres.migrator_lock import KEY

SLOW = "select pg_sleep(2);\ncreate table slow (id integer);"


def test_an_edited_file(each_url: str, folder: Path) -> None:
    with_checksums(tables(folder, "0001.shelves"))
    assert db("apply", each_url, folder).returncode == 0
    write(folder, "0001.shelves", "create table shelves (id bigint);")
    tables(folder, "0002.books")

    refused = db("apply", each_url, folder)
    assert (refused.returncode, applied(each_url)) == (8, ["0000.migration_checksums", "0001.shelves"])
    assert "0001.shelves.sql:0: edited: the file was changed after it was applied" in refused.stderr
    assert db("verify", each_url, folder).returncode == 1

    assert yoyo("apply", each_url, folder).returncode == 0
    assert "0002.books" in applied(each_url)


def test_a_deleted_file(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves", "0002.books", "0003.loans")
    assert yoyo("apply", url, folder).returncode == 0
    (folder / "0002.books.sql").unlink()
    assert yoyo("apply", url, folder).returncode == 0
    refused = db("apply", url, folder)
    assert (refused.returncode, "0002.books.sql:0: missing:" in refused.stderr) == (8, True)


def test_a_file_out_of_order(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves", "0003.loans")
    assert db("apply", url, folder).returncode == 0
    tables(folder, "0002.books")
    refused = db("apply", url, folder)
    assert (refused.returncode, "0002.books.sql:0: out_of_order:" in refused.stderr) == (8, True)
    assert not there(url, "books")
    assert yoyo("apply", url, folder).returncode == 0
    assert there(url, "books")


def test_out_of_order_when_it_is_meant(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves", "0003.loans")
    assert db("apply", url, folder).returncode == 0
    assert db("apply", url, tables(folder, "0002.books"), "--allow-out-of-order").returncode == 0
    assert there(url, "books")


IDLE = """
select pg_terminate_backend(pid) from pg_stat_activity
 where datname = current_database() and state = 'idle' and pid <> pg_backend_pid()
"""
IDLE_BUT_THE_LOCK = IDLE + " and application_name <> 'wildside db lock'"


def test_yoyo_forgets_what_it_did_when_its_idle_connection_is_cut(url: str, folder: Path) -> None:
    write(folder, "0001.slow", SLOW)
    with yoyo_running(url, folder) as process:
        until(lambda: sleepers(url))
        assert ask(url, IDLE) == [True]
        assert process.wait(20) != 0
    assert (there(url, "slow"), applied(url)) == (True, [])


@pytest.mark.parametrize(("cut", "code", "done"), [(IDLE_BUT_THE_LOCK, 0, True), (IDLE, 6, False)])
def test_we_record_in_the_transaction_of_the_migration(
    each_url: str, folder: Path, cut: str, code: int, done: bool
) -> None:
    write(folder, "0001.slow", SLOW)
    with db_program("apply", each_url, folder) as program:
        until(lambda: sleepers(each_url))
        assert True in ask(each_url, cut)
        assert program.ended() == code, program.output
    assert (there(each_url, "slow"), applied(each_url)) == (done, ["0001.slow"] if done else [])


def test_list_writes_and_status_does_not(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves")
    looked = db("status", url, folder)
    assert (looked.returncode, looked.stdout) == (0, "pending  0001.shelves\n0 applied, 1 pending\n")
    assert ask(url, "select relname from pg_class where relname ~ 'yoyo'") == []
    assert yoyo("list", url, folder).returncode == 0
    assert "yoyo_lock" in ask(url, "select relname::text from pg_class where relname ~ 'yoyo'")


def test_a_reader_cannot_list_but_can_see_the_status(each_url: str, folder: Path) -> None:
    assert db("apply", each_url, tables(folder, "0001.shelves")).returncode == 0
    role = f"reader_{os.getpid()}"
    with psycopg.connect(each_url, autocommit=True) as connection:
        connection.execute(f"create role {role} login in role pg_read_all_data".encode())
    reader = each_url.replace("wildside@", f"{role}@", 1)
    try:
        listed = yoyo("list", reader, folder)
        assert (listed.returncode, "Database locked" in listed.stderr) == (1, True)
        looked = db("status", reader, folder, "--exit-code")
        assert (looked.returncode, "applied  0001.shelves" in looked.stdout) == (0, True), looked.stderr
        refused = db("apply", reader, folder)
        assert (refused.returncode, "can neither make nor write" in refused.stderr) == (4, True)
    finally:
        with psycopg.connect(each_url, autocommit=True) as connection:
            connection.execute(f"drop role {role}".encode())


def test_reapply_through_a_pipe_takes_everything_back(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves", "0002.books")
    assert db("apply", url, folder).returncode == 0
    run(url, "insert into shelves values (1)", "insert into books values (1)")
    assert yoyo("reapply", url, folder).returncode == 0
    assert ask(url, "select count(*) from shelves union all select count(*) from books") == [0, 0]
    assert applied(url) == ["0002.books", "0001.shelves"]  # and nobody asked it to turn them round
    run(url, "insert into books values (1)")
    assert db("rollback", url, folder).returncode == 0
    assert (applied(url), ask(url, "select count(*) from books")) == (["0002.books"], [1])


def test_a_rollback_without_its_file(url: str, folder: Path) -> None:
    write(folder, "0001.shelves", "create table shelves (id integer);")
    assert db("apply", url, folder).returncode == 0
    refused = db("rollback", url, folder)
    assert (refused.returncode, applied(url)) == (2, ["0001.shelves"])
    assert "0001.shelves.rollback.sql:0: no_rollback:" in refused.stderr
    assert yoyo("rollback", url, folder).returncode == 0
    assert (applied(url), there(url, "shelves")) == ([], True)


def test_a_folder_that_is_not_there_or_empty(url: str, folder: Path) -> None:
    for wrong in (folder / "nonexistent", folder):
        assert yoyo("apply", url, wrong).returncode == 0
        refused = db("apply", url, wrong)
        assert (refused.returncode, "there are no migrations in" in refused.stderr) == (2, True)


def on_a_terminal(command: list[str], keys: bytes) -> bytes:
    """All that a program prints to a terminal on which these keys are pressed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, keys)
        seen = b""
        try:
            while chunk := os.read(ours, 1000):
                seen += chunk
        except OSError:
            pass  # the terminal has gone with its last program
        process.wait(20)
    os.close(ours)
    return seen


def test_yoyo_prints_the_password(url: str, folder: Path) -> None:
    tables(folder, "0001.shelves")
    secret = url.replace("wildside@", "wildside:hush%40hush@", 1)
    assert b"hush%40hush" in on_a_terminal(yoyo_command("apply", secret, folder), b"yn")
    with psycopg.connect(url) as holder:
        holder.execute("select pg_advisory_lock(%s)", [KEY])
        for command, *more in (["apply", "--wait", "0"], ["status"], ["verify"]):
            seen = db(command, secret, folder, *more)
            assert "hush" not in seen.stdout + seen.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql://me:hush%40hush@127.0.0.1:1/none",
        "postgresql://me:hu%zzsh@127.0.0.1:1/none",
        "postgresql://me@127.0.0.1:1/none?password=hush%40hush",
        "postgresql://me@127.0.0.1:1/none?passwordd=hush",
    ],
)
@pytest.mark.parametrize("command", ["apply", "status", "rollback"])
def test_no_error_of_ours_holds_a_password(folder: Path, wrong: str, command: str) -> None:
    tables(folder, "0001.shelves")
    seen = db(command, wrong, folder)
    assert (seen.returncode, "hush" in seen.stderr, "hu%zzsh" in seen.stderr) == (4, False, False), (
        seen.stderr
    )


UNIQUE = "create table tags (name text);\ninsert into tags values ('a'), ('a');"
BUILD = "-- transactional: false\ncreate unique index concurrently if not exists tags_name on tags (name);"


def test_a_failed_concurrent_index_and_if_not_exists(each_url: str, folder: Path) -> None:
    write(folder, "0001.tags", UNIQUE)
    write(folder, "0002.tags_name", BUILD)
    failed = db("apply", each_url, folder)
    assert (failed.returncode, applied(each_url)) == (6, ["0001.tags"])
    assert "0002.tags_name.sql:2: unique_violation:" in failed.stderr
    assert "invalid now: index tags_name" in failed.stderr
    again = db("apply", each_url, folder)
    assert (again.returncode, "0002.tags_name.sql:0: invalid_index:" in again.stderr) == (6, True)
    assert applied(each_url) == ["0001.tags"]
    assert "invalid_index: index tags_name" in db("status", each_url, folder).stdout
    # yoyo takes the notice that it exists for success.
    assert yoyo("apply", each_url, folder).returncode == 0
    assert applied(each_url) == ["0001.tags", "0002.tags_name"]
    assert ask(each_url, "select indisvalid from pg_index where indexrelid = 'tags_name'::regclass") == [
        False
    ]


def test_a_blocking_waiter_hangs_a_concurrent_index_and_a_polling_one_does_not(
    each_url: str, folder: Path
) -> None:
    run(each_url, "create table tags (name text)")
    with psycopg.connect(each_url, autocommit=True) as holder:
        holder.execute("select pg_advisory_lock(1)")
        waiter = psycopg.connect(each_url, autocommit=True)
        thread = Thread(target=waiter.execute, args=["select pg_advisory_lock(1)"])
        thread.start()
        until(lambda: ask(each_url, "select count(*) from pg_locks where not granted") == [1])
        # On a session of its own, as yoyo runs a file: so nobody sees a deadlock, and it would hang for ever.
        with psycopg.connect(each_url, autocommit=True) as worker:
            worker.execute("set statement_timeout = '2s'")
            with pytest.raises(psycopg.errors.QueryCanceled):
                worker.execute("create index concurrently tags_name on tags (name)")
        holder.execute("select pg_advisory_unlock(1)")
        thread.join()
        waiter.close()
    run(each_url, "drop index if exists tags_name")

    write(folder, "0001.nap", "-- transactional: false\nselect pg_sleep(5);")
    write(folder, "0002.tags", "-- transactional: false\ncreate index concurrently tags_name on tags (name);")
    with db_program("apply", each_url, folder) as working:
        until(lambda: sleepers(each_url))
        with db_program("apply", each_url, folder) as waiting:
            waiting.wait_for("waiting for another migrator: pid")
            assert (working.ended(), waiting.ended()) == (0, 0), working.output + waiting.output
    assert applied(each_url) == ["0001.nap", "0002.tags"]
