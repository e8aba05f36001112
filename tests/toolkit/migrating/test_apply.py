"""`wildside db apply`: one at a time, whole or not at all, and it says what is the matter."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep

import psycopg
import pytest

from tests.cli.program import Program
from tests.conftest import MIGRATIONS
from tests.promises import Promise
from tests.toolkit.migrating.support import (
    applied,
    ask,
    db,
    db_program,
    sleepers,
    tables,
    there,
    until,
    with_checksums,
    write,
    yoyo,
)
from wildside.outbound.postgres.migrator_lock import KEY
from wildside.outbound.postgres.scratch import ScratchServer

HELD = "select count(*) = 1 from pg_locks where locktype = 'advisory' and granted"


@contextmanager
def reading(url: str, table: str) -> Iterator[int]:
    """Somebody in a long transaction that has read a table; the context is the backend's number."""
    with psycopg.connect(url, application_name="report") as connection:
        connection.execute(f"select count(*) from {table}".encode())
        yield connection.info.backend_pid


def test_four_at_once_on_an_empty_database(each_url: str, promise: Promise) -> None:
    programs = [Program("db", "apply", "--database-url", each_url) for _ in range(4)]
    # Three wait for the fourth, and a busy machine for all of them.
    assert [one.ended(120) for one in programs] == [0, 0, 0, 0], [one.output for one in programs]
    said = sorted(one.stdout for one in programs)
    expected = len([path for path in MIGRATIONS.glob("*.sql") if "rollback" not in path.name])
    assert said == [[f"{expected} migrations applied"], *[["nothing to do"]] * 3]
    waited = [one for one in programs if "waiting for another migrator: pid" in one.output]
    assert len(waited) == 3
    promise(4, migrations_at_once=4, worked=1, waited_and_found_nothing_to_do=3)
    log = ask(each_url, "select migration_id from _yoyo_log")
    assert len(log) == len(set(log)) == expected


def test_yoyo_and_we_take_turns(each_url: str, folder: Path) -> None:
    with_checksums(tables(folder, "0001.one"))
    assert yoyo("apply", each_url, folder).returncode == 0
    assert db("apply", each_url, tables(folder, "0002.two")).returncode == 0
    assert yoyo("apply", each_url, tables(folder, "0003.three")).returncode == 0
    assert db("rollback", each_url, folder).returncode == 0
    assert yoyo("rollback", each_url, folder).returncode == 0
    assert applied(each_url) == ["0000.migration_checksums", "0001.one"]
    rows = "select operation || ' ' || migration_id from _yoyo_log order by created_at_utc"
    assert ask(each_url, rows)[-3:] == ["apply 0003.three", "rollback 0003.three", "rollback 0002.two"]


def test_our_rows_are_those_that_yoyo_writes(server_pair: tuple[str, str], folder: Path) -> None:
    theirs, ours = server_pair
    write(folder, "0001.one", "create table one (id integer);")
    assert yoyo("apply", theirs, folder).returncode == 0
    assert db("apply", ours, folder).returncode == 0
    for query in (
        "select to_jsonb(m) - 'applied_at_utc' from _yoyo_migration m",
        "select to_jsonb(l) - 'id' - 'created_at_utc' from _yoyo_log l",
        "select to_jsonb(v) - 'installed_at_utc' from _yoyo_version v",
        "select count(*) from yoyo_lock",
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace order by 1",
    ):
        assert ask(ours, query) == ask(theirs, query)


def test_after_kill_the_lock_is_free_within_a_second(each_url: str, folder: Path, promise: Promise) -> None:
    write(folder, "0001.slow", "create table early (id integer);\nselect pg_sleep(60);")
    with db_program("apply", each_url, folder) as program:
        until(lambda: sleepers(each_url))
        assert ask(each_url, HELD) == [True]
        program.send(signal.SIGKILL)
        killed = monotonic()
        until(lambda: ask(each_url, HELD) == [False], within=1)
        promise(4, migration_killed=1, lock_free_after_s=round(monotonic() - killed, 3))
        # And so is what it was doing: the server looks every half second whether we are there.
        until(lambda: not sleepers(each_url), within=1.5)
        assert monotonic() - killed < 1.5
    assert (there(each_url, "early"), applied(each_url)) == (False, [])
    tables(folder, "0001.slow")
    done = db("apply", each_url, folder)
    assert (done.returncode, applied(each_url)) == (0, ["0001.slow"]), done.stderr
    assert "cleared yoyo's lock of process" in done.stderr


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_what_is_there_is_recorded(url: str, folder: Path, seed: int) -> None:
    names = [f"{number:04}.t{number}" for number in range(1, 31)]
    tables(folder, *names)
    with db_program("apply", url, folder) as program:
        program.wait_for("applying")
        sleep(Random(seed).uniform(0, 0.6))
        program.send(signal.SIGKILL)
    until(
        lambda: (
            ask(url, "select count(*) from pg_stat_activity where application_name ~ '^wildside db'") == [0]
        )
    )
    assert [name for name in names if there(url, name.partition(".")[2])] == sorted(applied(url))
    assert db("apply", url, folder).returncode == 0
    assert sorted(applied(url)) == names


def test_told_to_stop_it_gives_everything_back(url: str, folder: Path) -> None:
    write(folder, "0001.slow", "create table early (id integer);\nselect pg_sleep(60);")
    with db_program("apply", url, folder) as program:
        until(lambda: sleepers(url))
        assert program.stop(signal.SIGTERM) == 130
        assert program.stderr[-2:] == ["0001.slow is as it was before", "stopped"]
    assert (sleepers(url), there(url, "early")) == ([], False)
    assert ask(url, "select count(*) from yoyo_lock") == [0]


def test_told_to_stop_outside_a_transaction_it_says_what_stays(url: str, folder: Path) -> None:
    write(folder, "0001.slow", "-- transactional: false\ncreate table early ();\nselect pg_sleep(60);")
    with db_program("apply", url, folder) as program:
        until(lambda: sleepers(url))
        assert program.stop(signal.SIGINT) == 130
        stays = "0001.slow runs outside a transaction: what it did stays, unrecorded; wildside db status"
        assert program.stderr[-2:] == [stays, "stopped"]
    assert (applied(url), there(url, "early")) == ([], True)


def test_a_lock_that_is_held_is_waited_for_and_its_holder_named(each_url: str, folder: Path) -> None:
    assert db("apply", each_url, tables(folder, "0001.shelves")).returncode == 0
    write(
        folder, "0002.label", "create table other (id integer);\nalter table shelves add column label text;"
    )
    with reading(each_url, "shelves") as pid:
        program = db_program("apply", each_url, folder, "--lock-timeout", "0.4", "--retries", "20")
        line = program.wait_for("blocked by")
        assert f"pid {pid}, report, user wildside, holds AccessShareLock on shelves, since 20" in line
        assert line.endswith("select count(*) from shelves")
        said = program.wait_for("attempt 2 in")
        assert "0002.label.sql:2: lock_not_available: canceling statement due to lock timeout" in said
        assert not there(each_url, "other")
    with program:
        assert program.ended() == 0, program.output
    assert applied(each_url) == ["0001.shelves", "0002.label"]


def test_it_gives_up_on_a_lock_that_is_kept(url: str, folder: Path) -> None:
    assert db("apply", url, tables(folder, "0001.shelves")).returncode == 0
    write(
        folder, "0002.label", "set local lock_timeout = '200ms';\nalter table shelves add column label text;"
    )
    with reading(url, "shelves") as pid:
        started = monotonic()
        done = db("apply", url, folder, "--retries", "1", "--lock-timeout", "60")
        assert monotonic() - started < 60  # the file's own timeout goes before ours
    assert done.returncode == 7
    last = done.stderr.splitlines()[-1]
    assert "0002.label.sql:2: lock_not_available" in last
    assert f"after 2 attempts; blocked by pid {pid}, report" in last
    assert applied(url) == ["0001.shelves"]


def test_outside_a_transaction_nothing_is_tried_again(url: str, folder: Path) -> None:
    assert db("apply", url, tables(folder, "0001.shelves")).returncode == 0
    text = "-- transactional: false\nset lock_timeout = '200ms';\ncreate table once (id integer);\n"
    write(folder, "0002.label", f"{text}alter table shelves add column label text;")
    with reading(url, "shelves"):
        done = db("apply", url, folder)
    assert (done.returncode, "after 1 attempts" in done.stderr) == (7, True)
    assert "0002.label.sql:4: lock_not_available" in done.stderr
    assert "its first 2 statements stay" in done.stderr
    assert (there(url, "once"), applied(url)) == (True, ["0001.shelves"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select 1;\n\nselect *\n  from nowhere;", '0001.x.sql:4: undefined_table: relation "nowhere"'),
        (
            "-- What.\n-- depends:\n\ncreate table a (\n  id intege\n);",
            "0001.x.sql:5: undefined_object: type",
        ),
        ("select 1;\nselect 1;\nselect 1/0;", "0001.x.sql:3: division_by_zero: division by zero"),
        (
            "do $$\nbegin\n  raise exception 'no' using hint = 'go';\nend $$;",
            "0001.x.sql:3: raise_exception: no; go",
        ),
        (
            "create table a (id integer);\ncreate tabel b;",
            '0001.x.sql:2: syntax_error: syntax error at or near "tabel"',
        ),
        (
            "create table a (id integer primary key);\n"
            "create table b (a integer references a deferrable initially deferred);\n"
            "insert into b values (1);",
            "0001.x.sql:0: foreign_key_violation:",
        ),
    ],
)
def test_an_error_names_the_line(each_url: str, folder: Path, text: str, told: str) -> None:
    write(folder, "0001.x", text)
    done = db("apply", each_url, folder)
    assert f"wildside: {told}" in done.stderr
    assert (done.returncode, applied(each_url), there(each_url, "a")) == (6, [], False)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("0001.x", "create table a (id integer);\ncommit;", "0001.x.sql:0: transaction: commit"),
        ("0001.x", "-- transactional: no\nselect 1;", "0001.x.sql:0: directive: transactional: 'no'"),
        ("0001.x", "-- depends: 0000.y\nselect 1;", "0001.x.sql:1: depends: there is no migration 0000.y"),
        ("0001.x", "-- depends: 0001.x\nselect 1;", "0001.x.sql:0: depends: each waits for another"),
        ("post-apply", "select 1;", "post-apply.sql:0: hook:"),
    ],
)
def test_a_file_that_cannot_be_run_whole_is_refused_first(
    url: str, folder: Path, name: str, text: str, told: str
) -> None:
    tables(folder, "0000.fine")
    write(folder, name, text)
    done = db("apply", url, folder)
    assert (done.returncode, told in done.stderr, there(url, "fine")) == (2, True, False), done.stderr


def test_python_is_refused(url: str, folder: Path) -> None:
    tables(folder, "0001.one")
    (folder / "0002.two.py").write_text("raise SystemExit('it ran')")
    done = db("apply", url, folder)
    assert (done.returncode, "0002.two.py:0: python:" in done.stderr, there(url, "one")) == (2, True, False)


def test_nobody_commits_without_the_lock(url: str, folder: Path) -> None:
    write(folder, "0001.slow", "create table early (id integer);\nselect pg_sleep(1.5);")
    with db_program("apply", url, folder) as program:
        until(lambda: sleepers(url))
        query = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
        assert ask(url, query) == [True]
        assert program.ended() == 6
    assert "0001.slow.sql:0: lock_lost:" in program.output
    assert (there(url, "early"), applied(url)) == (False, [])


def test_who_waits_too_long_is_told_who_works(url: str, folder: Path) -> None:
    tables(folder, "0001.one")
    with psycopg.connect(url, application_name="somebody") as holder:
        holder.execute("select pg_advisory_lock(%s)", [KEY])
        done = db("apply", url, folder, "--wait", "0.3")
        assert done.returncode == 5
        told = f"pid {holder.info.backend_pid}, somebody, user wildside, from the same host, since 20"
        assert f"waiting for another migrator: {told}" in done.stderr
        assert f"wildside: another migrator is at work: {told}" in done.stderr
    assert applied(url) == []


def test_what_would_be_done_and_how_far(url: str, folder: Path) -> None:
    tables(folder, "0001.one", "0002.two", "0003.three")
    dry = db("apply", url, folder, "--dry-run", "--to", "0002.two")
    assert (dry.returncode, dry.stdout) == (0, "would apply 0001.one\nwould apply 0002.two\n")
    assert ask(url, "select relname from pg_class where relname ~ 'yoyo'") == []
    done = db("apply", url, folder, "--to", "0002.two", "--json")
    assert [one["id"] for one in json.loads(done.stdout)["applied"]] == ["0001.one", "0002.two"]
    assert json.loads(db("apply", url, folder, "--dry-run", "--json").stdout) == {"pending": ["0003.three"]}
    assert db("apply", url, folder, "--to", "0009.nine").returncode == 2
    assert db("apply", url, folder, "--to", "0009.nine", "--dry-run").returncode == 2


def test_results_of_queries_do_not_mix_with_ours(url: str, folder: Path) -> None:
    write(folder, "0001.query", "select 'hello';")
    done = db("apply", url, folder, "--json")
    assert (json.loads(done.stdout)["applied"][0]["id"], "hello" in done.stderr) == ("0001.query", True)


def test_no_database(folder: Path) -> None:
    done = db("apply", "postgresql://nobody@127.0.0.1:1/none", tables(folder, "0001.one"))
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)


@pytest.fixture
def server_pair(server: ScratchServer) -> Iterator[tuple[str, str]]:
    with server.database() as one, server.database() as two:
        yield one.asyncpg, two.asyncpg
