"""Repeatable files: run when they have changed, whole or not at all, one after the other."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import psycopg
import pytest

from tests.cli.program import environment, wildside
from tests.toolkit.separated import did
from wildside.config import DatabaseUrl
from wildside.domain.command_errors import MigrationFailed, MigrationsInvalid
from wildside.domain.errors import SchemaMismatch, Unavailable
from wildside.domain.repeatables import Repeatable, Run, digest_of, outdated
from wildside.outbound.postgres.migrator_lock import KEY
from wildside.outbound.postgres.repeatables import apply_repeatables, pending_repeatables, run_repeatables

VIEW = "create or replace view short_tags as select slug from tags;\n"
GONE = "drop view if exists tag_slugs;\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "repeatable"
    place.mkdir()
    (place / "views.sql").write_text(VIEW)
    return place


@pytest.fixture
def db(database_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def run(url: str, folder: Path) -> list[str]:
    names: list[str] = []
    assert apply_repeatables(DatabaseUrl.parse(url), folder, names.append) == len(names)
    return names


def test_a_file_runs_once_and_again_when_it_changes(database_url: str, folder: Path) -> None:
    assert pending_repeatables(DatabaseUrl.parse(database_url), folder) == ["views"]
    assert run(database_url, folder) == ["views"]
    assert run(database_url, folder) == []
    (folder / "views.sql").write_text(GONE + VIEW)
    assert pending_repeatables(DatabaseUrl.parse(database_url), folder) == ["views"]
    assert run(database_url, folder) == ["views"]
    assert run(database_url, folder) == []


def test_what_ran_is_remembered(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    run(database_url, folder)
    row = db.execute("select name, digest, actor, applied_at <= now() from repeatables").fetchone()
    assert row == ("views", Repeatable("views", VIEW).digest, "wildside", True)


def test_files_run_in_order_of_their_names(database_url: str, folder: Path) -> None:
    (folder / "a_first.sql").write_text("select 1;\n")
    (folder / "zeta.sql").write_text("select 1;\n")
    (folder / "README.md").write_text("no SQL")
    assert run(database_url, folder) == ["a_first", "views", "zeta"]


def test_a_file_that_says_so_runs_after_migrations(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    (folder / "grants.sql").write_text("-- Who.\n-- rerun: after migrations\nselect 1;\n")
    assert run(database_url, folder) == ["grants", "views"]
    db.execute("insert into _yoyo_migration (migration_hash, migration_id) values ('x', '9999.newer')")
    assert run(database_url, folder) == ["grants"]
    db.execute("delete from _yoyo_migration where migration_id = '9999.newer'")
    assert run(database_url, folder) == ["grants"]


def test_the_directive_counts_only_at_the_top() -> None:
    assert Repeatable("a", "\n-- rerun: after migrations\nselect 1").follows_migrations
    assert not Repeatable("a", "select 1;\n-- rerun: after migrations\n").follows_migrations
    assert not Repeatable("a", "-- rerun: after lunch\nselect 1").follows_migrations
    assert not Repeatable("a", "").follows_migrations


def test_what_is_outdated_is_told_from_the_last_run() -> None:
    file, then = Repeatable("a", "x"), digest_of(["0001.first"])
    assert outdated([file], {"a": Run(file.digest, then)}, digest_of(["0002.second"])) == []
    assert outdated([file], {"a": Run("other", then)}, then) == [file]
    assert outdated([file], {"b": Run(file.digest, then)}, then) == [file]
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["ab"])


WRONG = {
    "select 1;\n\nselect nonsense;\n": 3,
    "-- why\nselect 1 +\n  nothing;\n": 3,
    "select 1;\n-- a division\n\nselect 1 / 0;\n": 4,
    "select 1;\ndo $$\nbegin\n    perform 1;\n    raise exception 'no';\nend $$;\n": 5,
    "do $x$\nbegin\n    execute 'drop table\n nothing';\nend $x$;\n": 3,
    "select 1;\ncommit;\n": 2,
    "begin;\nselect 1;\n": 1,
    "select 1;\n/* so */ rollback;\n": 2,
    "do $$\nbegin\n    commit;\nend $$;\n": 3,
}


@pytest.mark.parametrize("text", WRONG)
def test_a_file_that_fails_names_the_line_and_changes_nothing(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]], text: str
) -> None:
    (folder / "wrong.sql").write_text("create table made (id integer);\n" + text)
    (folder / "a_first.sql").write_text("create table before (id integer);\n")
    with pytest.raises(MigrationFailed, match=rf"^wrong\.sql:{WRONG[text] + 1}: "):
        run(database_url, folder)
    assert db.execute("select to_regclass('made'), to_regclass('before')").fetchone() == (None, "before")
    assert pending_repeatables(DatabaseUrl.parse(database_url), folder)[-1] == "wrong"
    assert "a_first" not in pending_repeatables(DatabaseUrl.parse(database_url), folder)
    assert db.execute("select count(*) from yoyo_lock").fetchone() == (0,)


def test_without_the_migrations_it_says_so(database_url: str, folder: Path) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("drop table repeatables")
    with pytest.raises(SchemaMismatch):
        run(database_url, folder)
    done = wildside("db", "repeatables", env={"DATABASE_URL": database_url})
    assert (done.returncode, done.stdout) == (6, "")
    assert "yoyo apply" in done.stderr


def test_without_a_database_it_says_so(folder: Path) -> None:
    with pytest.raises(Unavailable):
        run("postgresql://nobody@127.0.0.1:1/nowhere", folder)


@pytest.mark.parametrize("name", ["Views.sql", "a-b.sql", "1.sql"])
def test_a_wrong_name_is_refused(database_url: str, folder: Path, name: str) -> None:
    (folder / name).write_text("select 1;")
    with pytest.raises(MigrationsInvalid, match="lower case"):
        run(database_url, folder)


def test_a_folder_that_is_not_there_is_refused(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(MigrationsInvalid):
        run(database_url, tmp_path / "none")


def test_what_the_server_says_is_passed_on(database_url: str, folder: Path) -> None:
    (folder / "views.sql").write_text("do $$ begin raise notice 'so it is'; end $$;")
    told: list[str] = []
    apply_repeatables(DatabaseUrl.parse(database_url), folder, lambda _name: None, told.append)
    assert told == ["so it is"]


def test_functions_views_and_comments_are_taken_as_they_are(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    (folder / "functions.sql").write_text(
        "-- First; this.\ncreate or replace function twice(n integer) returns integer\nlanguage sql stable\n"
        "begin atomic\n    select n * 2;\nend;\n\n-- 100 % of it; with $1.\n"
        "create or replace function thrice(n integer) returns integer language plpgsql as $x$\n"
        "begin\n    return n * 3; -- so; it is\nend $x$;\n/* the end; */\n-- really\n"
    )
    assert run(database_url, folder) == ["functions", "views"]
    assert db.execute("select twice(2), thrice(3)").fetchone() == (4, 9)


def test_what_is_made_stands_in_public_whoever_has_a_schema(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    db.execute("create schema wildside; create table wildside.tags (slug integer)")
    run(database_url, folder)
    assert db.execute("select to_regclass('public.short_tags') is not null").fetchone() == (True,)


def test_it_gives_up_soon_where_somebody_has_a_lock(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    run(database_url, folder)
    (folder / "views.sql").write_text("-- Anew.\n" + VIEW)
    with db.transaction():
        db.execute("lock table short_tags")
        started = monotonic()
        with pytest.raises(MigrationFailed, match=r"views\.sql:2: lock_not_available: canceling statement"):
            run(database_url, folder)
        assert 1.5 < monotonic() - started < 6
    assert run(database_url, folder) == ["views"]


def test_it_waits_for_the_lock_of_migrations(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    db.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")
    names: list[str] = []
    waiting = Thread(target=lambda: names.extend(run(database_url, folder)))
    waiting.start()
    sleep(1.2)
    assert names == []
    db.execute("delete from yoyo_lock")
    waiting.join(15)
    assert names == ["views"]


def test_who_holds_the_lock_need_not_take_it(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    db.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")
    started = monotonic()
    assert run_repeatables(DatabaseUrl.parse(database_url), folder, lambda _name: None) == 1
    assert monotonic() - started < 5


def test_four_at_once_run_a_file_once(
    database_url: str, folder: Path, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    db.execute("create table runs (id integer)")
    (folder / "views.sql").write_text("insert into runs values (1); select pg_sleep(0.3);")
    program = (
        "import sys; from pathlib import Path; from wildside.outbound.postgres.repeatables import *;"
        "print(apply_repeatables(DatabaseUrl.parse(sys.argv[1]), Path(sys.argv[2]), print))"
    )
    command = [sys.executable, "-c", program, database_url, str(folder)]
    racers = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    counts = sorted(racer.communicate(timeout=60)[0].splitlines()[-1] for racer in racers)
    assert counts == ["0", "0", "0", "1"]
    assert db.execute("select count(*) from runs").fetchone() == (1,)


def test_the_command_names_what_would_run(database_url: str) -> None:
    assert did("db", "repeatables", "--check", url=database_url, code=1) == "would run: grants.sql\n"
    assert did("db", "repeatables", "--json", url=database_url).startswith('{\n  "applied": [\n    "grants"')
    assert did("db", "repeatables", "--check", url=database_url) == "nothing to do\n"


def test_another_migrator_ends_it_with_5(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True, application_name="busy") as holder:
        holder.execute("select pg_advisory_lock(%s)", [KEY])
        refused = did("db", "repeatables", "--wait", "0.3", url=database_url, code=5)
        assert f"another migrator is at work: pid {holder.info.backend_pid}, busy" in refused
    assert "ran: grants.sql" in did("db", "repeatables", url=database_url)


def test_a_lock_of_yoyo_that_nobody_can_own_is_cleared(
    connection: psycopg.Connection[tuple[object, ...]], database_url: str
) -> None:
    connection.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")
    connection.execute("set application_name = 'wildside serve'")  # which never migrates
    connection.commit()
    told = did("db", "repeatables", "--wait", "1", url=database_url)
    assert "cleared yoyo's lock of process 999999" in told


def test_who_may_not_read_what_ran_is_told_so(
    database_url: str, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    role = f"stranger_{os.getpid()}"
    db.execute(f"create role {role} login".encode())
    try:
        url = re.sub("//[^@]*@", f"//{role}@", database_url)
        told = did("db", "repeatables", url=url, code=4)
        assert told == "wildside: permission denied for table repeatables\n"
    finally:
        db.execute(f"drop role {role}".encode())
