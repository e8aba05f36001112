"""Locks, and changes in two steps."""

import pytest

from tests.toolkit.checking import FILE, ROLLBACK, in_rollback, lines, of_rule

TIMEOUT = "set local lock_timeout = '2s';\n"


@pytest.mark.parametrize(
    "statement",
    [
        "alter table walks add column a text",
        "alter table walks validate constraint walks_a",
        "create index walks_a on walks (a)",
        "create trigger a after insert on walks execute function f()",
        "create table legs (w uuid constraint legs_w references walks on delete cascade)",
        "create table walks_new partition of walks default",
        "create policy p on walks",
        "drop table walks",
        "drop index walks_a",
        "drop trigger a on walks",
        "truncate walks",
        "lock table walks",
        "update walks set a = 1",
        "insert into walks values (1)",
        "delete from walks",
        "comment on table walks is 'A.'",
        "comment on column walks.a is 'A.'",
        "alter table walks rename to strolls",
        "refresh materialized view walks",
        "drop materialized view walks",
        "with gone as (delete from walks returning a) select a from gone",
    ],
)
def test_what_touches_an_older_table_says_how_long_it_waits(statement: str) -> None:
    assert lines("lock-timeout", f"select 1;\n{statement};\n{statement};\n") == [2]
    assert lines("lock-timeout", f"{statement};\n{TIMEOUT}") == [1]
    assert lines("lock-timeout", f"{TIMEOUT}{statement};\n") == []
    assert of_rule("lock-timeout", in_rollback(f"{statement};\n")) == [(ROLLBACK, 1)]


def test_what_a_file_makes_itself_is_its_own() -> None:
    made = "create table walks (id uuid);\ncreate index walks_id on walks (id);\ndrop index walks_id;\n"
    more = "insert into walks values (1);\ncomment on column walks.id is 'Id.';\nselect * from legs;\n"
    assert lines("lock-timeout", made + more) == []
    assert lines("lock-timeout", "drop index walks_a;\ncreate index walks_a on walks (a);\n") == [1]
    view = "create view best as select 1 as a;\ncomment on column best.a is 'A.';\n"
    assert lines("lock-timeout", view + "create function f() returns int language sql return 1;\n") == []


def test_what_is_dropped_before_it_is_made_was_there_already() -> None:
    anew = "drop table walks;\ncreate table walks (id uuid);\ndrop table walks;\n"
    assert lines("lock-timeout", anew) == [1]
    assert lines("contract", anew) == [1]


@pytest.mark.parametrize(
    ("setting", "limits"),
    [
        ("set local lock_timeout = '0'", False),
        ("set local lock_timeout = 0", False),
        ("set local lock_timeout to default", False),
        ("reset lock_timeout", False),
        ("set local lock_timeout = 500", True),
        ("set local lock_timeout = 0.5", True),
        ("set local lock_timeout to '10s'", True),
    ],
)
def test_waiting_has_an_end(setting: str, limits: bool) -> None:
    assert lines("lock-timeout", f"{setting};\nlock table walks;\n") == ([] if limits else [2])


BREAKING = [
    "drop table walks",
    "drop view walks",
    "drop type mood",
    "drop function f(int)",
    "drop schema s",
    "alter table walks drop column a",
    "alter table walks alter column a type text",
    "alter table walks alter column a set not null",
    "alter table walks rename column a to b",
    "alter table walks rename to strolls",
    "alter table walks rename constraint walks_a to walks_b",
    "alter type mood rename value 'calm' to 'still'",
    "alter table walks set schema archive",
    "alter type mood set schema archive",
    "alter table walks alter column a drop default",
]


@pytest.mark.parametrize("statement", BREAKING)
def test_what_takes_something_away_is_a_contract_step(statement: str) -> None:
    assert lines("contract", f"select 1;\n{statement};\n") == [2]
    assert of_rule("contract", f"-- Walks.\n-- phase: expand\n{statement};\n") == [(FILE, 3)]
    assert of_rule("contract", f"-- Walks.\n-- phase: contract\n{statement};\n") == []
    assert of_rule("contract", in_rollback(f"{statement};\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "create table walks (a text);\nalter table walks alter column a set not null;\ndrop table walks;\n",
        "drop index walks_a;\n",
        "drop trigger a on walks;\n",
        "alter table walks drop constraint walks_a;\n",
        "alter table walks alter column a drop not null, alter column a set default 1;\n",
        "alter table walks add column a text;\n",
    ],
)
def test_what_takes_nothing_away_is_none(text: str) -> None:
    assert lines("contract", text) == []


@pytest.mark.parametrize(
    ("third", "line"),
    [
        ("-- phase: contract\n-- closes: 0001.a", None),
        ("-- phase: contract", 2),
        ("-- phase: contract\n-- closes:", 3),
        ("-- phase: contract\n-- closes: 0002.b", 3),
        ("-- phase: contract\n-- closes: 0003.c", 3),
        ("-- phase: contract\n-- closes: 0004.d", 3),
        ("-- phase: contract\n-- closes: 0009.z", 3),
        ("-- phase: expand\n-- closes: 0001.a", 3),
        ("-- closes: 0001.a", 2),
    ],
)
def test_a_contract_step_closes_an_expand_step(third: str, line: int | None) -> None:
    texts = {
        "0001.a.sql": "-- A.\n-- phase: expand\n\nselect 1;\n",
        "0002.b.sql": "-- B.\n\nselect 1;\n",
        "0003.c.sql": f"-- C.\n{third}\n\nselect 1;\n",
        "0004.d.sql": "-- D.\n-- phase: expand\n\nselect 1;\n",
    }
    assert of_rule("closes", texts) == ([] if line is None else [("0003.c.sql", line)])


def test_a_step_is_closed_once() -> None:
    closing = "-- C.\n-- phase: contract\n-- closes: 0001.a\n\nselect 1;\n"
    texts = {
        "0001.a.sql": "-- A.\n-- phase: expand\n\nselect 1;\n",
        "0002.b.sql": closing,
        "0003.c.sql": closing,
    }
    assert of_rule("closes", texts) == [("0003.c.sql", 3)]
