"""The migrator's rules that need no database."""

import psycopg
import pytest

from wildside.config import DatabaseUrl
from wildside.domain.migrating import (
    RollbackOrder,
    bare,
    chain,
    controls_transaction,
    no_way_back,
    unfit,
    up_to,
)
from wildside.domain.migration_files import MigrationFolder, parse_migration
from wildside.domain.migration_history import AppliedMigration, Checksum, compare
from wildside.outbound.postgres.migration_errors import line_of
from wildside.outbound.postgres.migrator_lock import HOLDER, KEY
from wildside.outbound.sql_text import canonical_sql, created_relations

A, B = Checksum("a", "x"), Checksum("b", "x")


def history_of(then: Checksum | None, now: Checksum) -> list[str]:
    folder = MigrationFolder([parse_migration("0001.one", "select 1;", None)])
    history = compare(folder, [AppliedMigration("0001.one", checksum=then)], {"0001.one": now})
    return [finding.rule for finding in history.findings()]


@pytest.mark.parametrize(
    ("then", "now", "rules"),
    [
        (A, A, []),
        (None, A, ["no_checksum"]),
        (A, B, ["commented"]),
        (A, Checksum("b", "y"), ["edited"]),
        (Checksum("a", None), B, ["edited"]),
        (A, Checksum("b", None), ["edited"]),
        (Checksum("a", None), Checksum("b", None), ["edited"]),
        (Checksum("a", None), A, []),
    ],
)
def test_what_a_checksum_says(then: Checksum | None, now: Checksum, rules: list[str]) -> None:
    assert history_of(then, now) == rules


def test_whatever_comes_before_the_newest_applied_is_late() -> None:
    names = ["0001.a", "0002.b", "0004.d"]
    folder = MigrationFolder([parse_migration(one, "select 1;", None) for one in names])
    history = compare(folder, [AppliedMigration("0003.c")], dict.fromkeys(names, A))
    assert (history.out_of_order, history.pending) == (["0001.a", "0002.b"], names)
    assert history.missing == ["0003.c"]
    assert history.problems(("missing", "out_of_order")) == []


def test_how_far() -> None:
    assert up_to(["a", "b", "c"], "b") == ["a", "b"]
    assert chain(["a", "b", "c"], RollbackOrder()) == ["c"]
    assert chain(["a", "b", "c"], RollbackOrder(to="a")) == ["c", "b"]
    assert chain(["a", "b", "c"], RollbackOrder(to="c")) == []
    assert chain([], RollbackOrder()) == []


@pytest.mark.parametrize(
    ("statement", "is_control"),
    [
        ("commit;", True),
        ("-- why\n/* so */ BEGIN;", True),
        ("start  transaction isolation level serializable", True),
        ("end", True),
        ("rollback to savepoint x", False),
        ("savepoint x", False),
        ("create function f() returns integer begin atomic select 1; end", False),
        ("comment on table endings is 'commit'", False),
    ],
)
def test_who_controls_the_transaction(statement: str, is_control: bool) -> None:
    assert controls_transaction(statement) is is_control


def test_an_empty_way_back_is_none() -> None:
    assert bare(" -- x\n/* y\n */\n") == ""
    assert no_way_back(parse_migration("a", "select 1;", "drop table a;")) is None
    assert no_way_back(parse_migration("a", "select 1;", "-- drop table a;\n"))
    assert unfit(MigrationFolder([], ["x.py", "x.txt"])) == ["x.py:0: python: yoyo would run it; write SQL"]


def test_the_key_is_the_two_numbers_of_the_query() -> None:
    assert f"l.classid = {KEY >> 32} and l.objid = {KEY & 0xFFFFFFFF}" in HOLDER
    assert KEY < 2**63


def test_a_literal_counts_and_a_comment_does_not() -> None:
    assert canonical_sql("select 1; -- x") == canonical_sql("/* y */\nselect   1")
    assert canonical_sql("select 'a'") != canonical_sql("select 'b'")
    assert canonical_sql("selec") is None


def test_what_a_file_creates() -> None:
    text = (
        'create table a.b (id int); create index "C" on b (id); create sequence s; create view v as select 1;'
    )
    names = ['"a"."b"', '"C"', '"s"', '"v"']
    assert created_relations(f"{text} create or replace view w as select 1; drop table x;") == names
    assert created_relations("create tabel") == []


def test_a_statement_that_occurs_twice_has_two_lines() -> None:
    statements = ["select 1;", "select 1;"]
    assert line_of("select 1;\n\nselect 1;", statements, 0, psycopg.Error()) == 1
    assert line_of("select 1;\n\nselect 1;", statements, 1, psycopg.Error()) == 3
    assert line_of("other", statements, 1, psycopg.Error()) == 0


def test_a_mask_covers_each_spelling() -> None:
    url = DatabaseUrl.parse("postgresql://me:a%40b@h/d?sslpassword=c%40d")
    assert url.mask("a%40b a@b c%40d c@d e") == "*** *** *** *** e"
