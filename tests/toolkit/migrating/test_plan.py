"""`wildside db plan`: the locks that it tells are those that PostgreSQL takes."""

import json
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest

from tests.conftest import MIGRATIONS
from tests.toolkit.migrating.support import ask, db, run, tables, there, write
from wildside.domain.statement_locks import EFFECTS, STRENGTH, strongest
from wildside.outbound.postgres.migration_plan import REAL_LOCKS, TABLES
from wildside.outbound.sql_statements import read_statements

SCHEMA = """
create table parent (id integer primary key);
create table t (id integer, other integer, name text not null, constraint t_id check (id > 0) not valid);
alter table t add constraint t_drop check (other > 0);
create unique index t_unique on t (id);
create index t_other on t (other);
create table parts (id integer) partition by range (id);
create table part (id integer);
create table attached partition of parts for values from (5) to (6);
create view v as select id from t;
create materialized view m as select id from t;
create unique index m_id on m (id);
create function f() returns trigger language plpgsql as 'begin return null; end';
create function number() returns integer language sql volatile as 'select 1';
create trigger t_trigger before insert on t for each row execute function f();
create policy t_policy on t;
"""

IN_TRANSACTION = {
    "add column": "alter table t add column fresh text default 'x'",
    "add column with computed values": "alter table t add column fresh integer default number()",
    "drop column": "alter table t drop column other",
    "alter column type": "alter table t alter column other type bigint",
    "set default": "alter table t alter column other set default 1",
    "set not null": "alter table t alter column other set not null",
    "drop not null": "alter table t alter column name drop not null",
    "add check": "alter table t add constraint fresh check (other > 1)",
    "add check not valid": "alter table t add constraint fresh check (other > 1) not valid",
    "add foreign key": "alter table t add constraint fresh foreign key (id) references parent",
    "add foreign key not valid": "alter table t add foreign key (id) references parent not valid",
    "be referenced": "create table child (id integer references parent, foreign key (id) references parent)",
    "add key": "alter table t add constraint fresh unique (other)",
    "add key using index": "alter table t add constraint fresh unique using index t_unique",
    "validate constraint": "alter table t validate constraint t_id",
    "drop constraint": "alter table t drop constraint t_drop",
    "set statistics": "alter table t alter column other set statistics 10",
    "set storage parameter": "alter table t set (fillfactor = 90)",
    "enable or disable trigger": "alter table t disable trigger t_trigger",
    "row level security": "alter table t enable row level security",
    "attach partition": "alter table parts attach partition part for values from (1) to (2)",
    "detach partition": "alter table parts detach partition attached",
    "create partition": "create table fresh partition of parts for values from (3) to (4)",
    "other alter table": "alter table t set unlogged",
    "create index": "create index fresh on t (name)",
    "drop index": "drop index t_other",
    "reindex": "reindex table t",
    "drop table": "drop table part",
    "drop view": "drop view v",
    "replace view": "create or replace view v as select id from t",
    "create trigger": "create trigger fresh after insert on t for each row execute function f()",
    "drop trigger": "drop trigger t_trigger on t",
    "create policy": "create policy fresh on t",
    "drop policy": "drop policy t_policy on t",
    "create statistics": "create statistics fresh on id, other from t",
    "comment on": "comment on column t.name is 'x'",
    "rename": "alter table t rename column other to fresh",
    "truncate": "truncate t",
    "insert": "insert into t select id, 1, 'x' from parent",
    "update": "update t set other = parent.id from parent where parent.id = t.id",
    "delete": "delete from t where id in (with t2 as (select id from parent) select id from t2)",
    "read": "create table fresh as select id from t",
    "refresh": "refresh materialized view m",
    "refresh concurrently": "refresh materialized view concurrently m",
    "analyze": "analyze t",
    "cluster": "cluster t using t_other",
    **{f"lock {mode}": f"lock table t in {words} mode" for mode, words in zip(
        STRENGTH,
        ("access share", "row share", "row exclusive", "share update exclusive", "share",
         "share row exclusive", "exclusive", "access exclusive"),
        strict=True,
    )},
}  # fmt: skip

OUTSIDE = {
    "create index concurrently": "create index concurrently fresh on t (name)",
    "drop index concurrently": "drop index concurrently t_other",
    "reindex concurrently": "reindex table concurrently t",
    "vacuum": "vacuum t",
    "vacuum full": "vacuum full t",
}


def claimed(statement: str) -> tuple[set[str], dict[str, str]]:
    """The kinds that we read off a statement, and the strongest lock on each table."""
    (found,) = read_statements("x.sql", statement)
    owners = {"t_other": "t"}
    modes: dict[str, set[str]] = {}
    for claim in found.claims:
        modes.setdefault(owners.get(claim.table, claim.table), set()).add(EFFECTS[claim.kind].mode)
    return {claim.kind for claim in found.claims}, {table: strongest(each) for table, each in modes.items()}


def by_table(rows: list[tuple[str, str]]) -> dict[str, str]:
    modes: dict[str, set[str]] = {}
    for table, mode in rows:
        modes.setdefault(table, set()).add(mode)
    return {table: strongest(each) for table, each in modes.items()}


@pytest.fixture(scope="module")
def laid_out(each_server: Any) -> Any:
    with each_server.database() as scratch:
        with psycopg.connect(scratch.asyncpg, autocommit=True) as connection:
            connection.execute(SCHEMA.encode())
        yield scratch.asyncpg


def test_every_kind_is_tried() -> None:
    assert IN_TRANSACTION.keys() | OUTSIDE.keys() == EFFECTS.keys()


@pytest.mark.parametrize("kind", IN_TRANSACTION)
def test_the_lock_of_a_statement(laid_out: str, kind: str) -> None:
    kinds, expected = claimed(IN_TRANSACTION[kind])
    assert kind in kinds
    with psycopg.connect(laid_out) as connection:
        names: dict[int, str] = dict(connection.execute(TABLES).fetchall())
        connection.execute(IN_TRANSACTION[kind].encode())
        rows = connection.execute(REAL_LOCKS, [connection.info.backend_pid, list(names)]).fetchall()
        connection.rollback()
    really = by_table([(names[table], mode) for table, mode in rows])
    assert {table: really.get(table) for table in expected} == expected
    # What we do not name is only looked at, or is a part of what we name.
    assert {t for t, mode in really.items() if mode != "AccessShareLock"} - expected.keys() <= {
        "part",
        "attached",
    }


@pytest.mark.parametrize("kind", OUTSIDE)
def test_the_lock_of_a_statement_outside_transactions(laid_out: str, kind: str) -> None:
    kinds, expected = claimed(OUTSIDE[kind])
    assert (kind in kinds, list(expected)) == (True, ["t"])
    with psycopg.connect(laid_out) as keeper, psycopg.connect(laid_out, autocommit=True) as worker:
        keeper.execute("lock table t in share update exclusive mode")
        pid, deadline = worker.info.backend_pid, monotonic() + 10
        thread = Thread(target=_cancelled, args=[worker, OUTSIDE[kind]])
        thread.start()
        try:
            waiting = "select mode from pg_locks where pid = %s and relation = 't'::regclass and not granted"
            while not (modes := keeper.execute(waiting, [pid]).fetchall()) and monotonic() < deadline:
                sleep(0.02)
        finally:
            keeper.execute("select pg_cancel_backend(%s)", [pid])
            thread.join()
    assert modes == [(expected["t"],)]


def _cancelled(worker: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.errors.QueryCanceled):
        worker.execute(statement.encode())


FILE = """-- What it is for.
-- depends: 0001.shelves

set local lock_timeout = '2s';
alter table shelves add column label text;

-- Which label?
create index shelves_label on shelves (label);
do $$ begin execute 'truncate books'; end $$;
"""


def test_a_plan_names_line_lock_and_size(each_url: str, folder: Path) -> None:
    assert db("apply", each_url, tables(folder, "0001.shelves", "0001.z")).returncode == 0
    run(each_url, "insert into shelves select generate_series(1, 1000)", "analyze shelves")
    write(folder, "0002.label", FILE)
    write(
        folder, "0003.z", "-- transactional: false\ndrop index concurrently if exists nothing;", "select 1;"
    )
    done = db("plan", each_url, folder)
    size = ask(each_url, "select pg_total_relation_size('shelves')")[0]
    table = f"shelves (1,000 rows, {size:,} bytes)"
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            "0002.label: one transaction, no way back",
            f"  line 5: add column: AccessExclusiveLock on {table}, stops reads and writes",
            f"  line 8: create index: ShareLock on {table}, build, stops writes",
            "  line 9: runs code that takes its own locks: do $$ begin execute 'truncate books'; end $$",
            "0003.z: no transaction, can be taken back",
        ],
    )


def test_a_trial_sees_what_no_parser_can(each_server: Any, each_url: str, folder: Path) -> None:
    assert db("apply", each_url, tables(folder, "0001.shelves", "0001.z")).returncode == 0
    run(each_url, "create table books (id integer)", "insert into shelves values (1)")
    write(folder, "0002.label", FILE)
    done = db("plan", each_url, folder, "--try", "--json", "--pg-bin", str(each_server.bin_dir))
    assert done.returncode == 0, done.stderr
    tried = json.loads(done.stdout)[0]["tried"]
    assert tried["locks"] == [["books", "AccessExclusiveLock"], ["shelves", "AccessExclusiveLock"]]
    assert tried["seconds"] >= 0
    assert not there(each_url, "shelves_label")


def test_a_trial_that_fails(each_server: Any, each_url: str, folder: Path) -> None:
    write(folder, "0001.a", "create table a (id integer);\n\nselect * from nowhere;")
    done = db(
        "plan", each_url, folder, "--try", "--scratch-url", each_url, "--pg-bin", str(each_server.bin_dir)
    )
    assert (done.returncode, "0001.a.sql:3: undefined_table:" in done.stderr) == (6, True), done.stderr
    assert not there(each_url, "a")


def test_nothing_to_plan_and_a_file_that_cannot_be_read(url: str, folder: Path) -> None:
    assert db("apply", url, tables(folder, "0001.shelves")).returncode == 0
    assert db("plan", url, folder, "--try").stdout == "nothing to do\n"
    write(folder, "0002.x", "-- É.\n\ncreate tabel x;")
    refused = db("plan", url, folder)
    assert (refused.returncode, "0002.x.sql:3: syntax_error:" in refused.stderr) == (2, True)


@pytest.mark.parametrize("letters", ["é", "éé", "é" * 60, "€", "🥾"])
def test_letters_of_several_bytes_move_nothing(letters: str) -> None:
    text = f"-- {letters}\nselect '{letters}';\n\n/* {letters}\n */ drop table legs; -- {letters}\n"
    found = read_statements("x.sql", text)
    assert [(one.line, one.head) for one in found] == [(2, f"select '{letters}'"), (5, "drop table legs")]


def test_our_own_files_can_be_read() -> None:
    for path in MIGRATIONS.glob("*.sql"):
        assert read_statements(path.name, path.read_text())


def test_names_keep_their_schema() -> None:
    (found,) = read_statements("x.sql", "truncate other.t")
    assert [claim.table for claim in found.claims] == ["other.t"]
