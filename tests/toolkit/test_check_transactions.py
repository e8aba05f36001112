"""Transactions, statements as yoyo cuts them, and what only psql understands."""

import pytest

from tests.toolkit.checking import FILE, HEAD, ROLLBACK, alone, findings, in_rollback, of_rule

GUARD = "drop index concurrently if exists walks_owner;\n"
INDEX = "-- Whose walks?\ncreate index concurrently walks_owner on walks (owner);\n"

NEED_NO_TRANSACTION = [
    "create index concurrently walks_owner on walks (owner)",
    "drop index concurrently walks_owner",
    "reindex index concurrently walks_owner",
    "reindex (concurrently) table walks",
    "reindex schema public",
    "reindex database wildside",
    "vacuum",
    "vacuum full walks",
    "cluster",
    "alter system set work_mem = '1MB'",
    "create database other",
    "drop database other",
    "alter database other set tablespace fast",
    "create tablespace fast location '/fast'",
    "drop tablespace fast",
    "create subscription news connection '' publication walks",
    "drop subscription news",
    "discard all",
    "alter table walks detach partition walks_old concurrently",
]
GO_WITH_ONE = [
    "create index walks_owner on walks (owner)",
    "drop index walks_owner",
    "reindex table walks",
    "analyze walks",
    "discard plans",
    "cluster walks using walks_owner",
    "alter database other set work_mem = '1MB'",
    "refresh materialized view concurrently best_walks",
    "alter table walks detach partition walks_old",
    "alter type mood add value 'calm'",
]


@pytest.mark.parametrize("statement", NEED_NO_TRANSACTION)
def test_what_cannot_run_in_a_transaction(statement: str) -> None:
    assert of_rule("in-transaction", f"{HEAD}\n{statement};\n") == [(FILE, 4)]
    assert of_rule("in-transaction", alone(f"{statement};\n")) == []


@pytest.mark.parametrize("statement", GO_WITH_ONE)
def test_what_can(statement: str) -> None:
    assert of_rule("in-transaction", f"{HEAD}\n{statement};\n") == []


def test_a_rollback_runs_as_its_migration_does() -> None:
    undo = "drop index concurrently walks_owner;\n"
    assert of_rule("in-transaction", in_rollback(undo)) == [(ROLLBACK, 1)]
    both = {FILE: alone(GUARD + INDEX), ROLLBACK: undo}
    assert findings(both) == []
    assert findings(both | {ROLLBACK: undo.replace("walks", "if exists walks")}) == []
    assert of_rule("one-statement", both | {ROLLBACK: undo + undo}) == [(ROLLBACK, 2)]


def test_a_migration_that_makes_an_index_concurrently_is_clean() -> None:
    assert findings(alone(GUARD + INDEX)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (INDEX, 6),
        (INDEX.replace("concurrently", "concurrently if not exists"), 6),
        (GUARD.replace("if exists ", "") + INDEX, 7),
        (GUARD.replace("concurrently ", "") + INDEX, 7),
        (GUARD.replace("walks_owner", "walks_other") + INDEX, 7),
        (GUARD.replace(";", ", walks_other;") + INDEX, 7),
        (INDEX + GUARD, 6),
    ],
)
def test_a_guard_is_the_right_one_in_the_right_place(text: str, line: int) -> None:
    assert of_rule("guard", alone(text)) == [(FILE, line)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (GUARD + INDEX + "select 1;\n", [8]),
        (GUARD.strip() + INDEX.partition("\n")[2].strip() + "vacuum walks;\n", [5]),
        ("vacuum walks;\nselect 1;\nselect 2;\n", [6, 7]),
        ("set lock_timeout = '1s';\nvacuum walks;\n", [6]),
        ("call walks_backfill();\n", []),
    ],
)
def test_one_statement_without_a_transaction(text: str, lines: list[int]) -> None:
    assert of_rule("one-statement", alone(text)) == [(FILE, line) for line in lines]


@pytest.mark.parametrize(
    "statement",
    [
        "begin",
        "start transaction",
        "commit",
        "end",
        "rollback",
        "abort",
        "savepoint a",
        "release a",
        "rollback to a",
    ],
)
def test_transactions_are_not_for_files(statement: str) -> None:
    assert of_rule("transaction-control", f"{HEAD}\nselect 1;\n{statement};\n") == [(FILE, 5)]
    assert of_rule("transaction-control", in_rollback(f"{statement};\n")) == [(ROLLBACK, 1)]


def test_the_begin_of_a_body_is_none_of_a_transaction() -> None:
    text = f"{HEAD}\ndo $$\nbegin\n    perform 1;\nend $$;\n"
    assert of_rule("transaction-control", text) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("alter type mood add value 'calm';\nalter type mood add value 'wild';\n", []),
        ("create type mood as enum ('calm');\nalter type mood add value 'wild';\nselect 'wild'::mood;\n", []),
        ("alter type mood add value 'calm';\nupdate walks set mood = 'calm';\n", [5]),
        ("alter type mood add value 'calm'; update walks set mood = 'calm';\n", [4]),
        ("select 1;\nalter type mood add value 'calm';\n", []),
        ("alter type mood rename value 'calm' to 'still';\nselect 1;\n", []),
    ],
)
def test_a_new_value_is_not_used_where_it_is_added(text: str, lines: list[int]) -> None:
    assert of_rule("add-value", f"{HEAD}\n{text}") == [(FILE, line) for line in lines]


def test_validation_has_a_file_of_its_own() -> None:
    add = "alter table walks add constraint walks_named check (name <> '') not valid"
    validate = "alter table walks validate constraint walks_named;\n"
    assert of_rule("validate", f"{HEAD}\n{add};\n\n{validate}") == [(FILE, 6)]
    assert of_rule("validate", f"{HEAD}\n{add};\nselect 1;\n{validate}") == [(FILE, 6)]
    assert of_rule("validate", f"{HEAD}\n{add},\nvalidate constraint walks_named;\n") == [(FILE, 4)]
    assert of_rule("validate", f"{HEAD}\n{validate}") == []
    assert of_rule("validate", f"{HEAD}\n{add};\n") == []


def test_settings_are_local() -> None:
    assert of_rule("set-local", f"{HEAD}\nselect 1;\nset search_path = public;\n") == [(FILE, 5)]
    assert of_rule("set-local", f"{HEAD}\nset session work_mem = '1MB';\n") == [(FILE, 4)]
    assert of_rule("set-local", alone("set local work_mem = '1MB';\n")) == [(FILE, 5)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\\i other.sql\n", 4),
        ("select 1;\n\\set on 1\n", 5),
        ("select 1 \\gexec\n", 4),
        ("copy walks from stdin;\n", 4),
        ("copy walks (id)\nfrom stdin;\n", 4),
        ("copy walks to stdout;\n", 4),
        ("select 1;\ncopy walks from stdin;\n1\tpark\n\\.\n", 5),
        ("COPY walks FROM STDIN;\n1\tpark\n\\.\n", 4),
        ("copy walks from '/tmp/walks';\n", None),
        ("select '\\i other.sql';\n", None),
        ("select 'a\n\\i b';\n", None),
    ],
)
def test_what_only_psql_understands(text: str, line: int | None) -> None:
    found = of_rule("psql", f"{HEAD}\n{text}")
    assert found[:1] == ([] if line is None else [(FILE, line)])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("create table walks (begin date);\nselect 1;\n", 4),
        ("create table walks (id uuid, declare date);\n\nselect 1;\nselect 2;\n", 4),
        ("/* a /* b; */ c; */\nselect 1;\n", 4),
        ("select 1;\n/* a /* b */ c; */ select 2;\n", 5),
        ('create table walks ("begin" date);\nselect 1;\n', None),
        (
            "create function f() returns int language sql begin atomic select 1; select 2; end;\nselect 1;\n",
            None,
        ),
        ("do $$ begin perform 1; end $$;\n-- Last words.\n", None),
        ("select 1;;\n;select 2\n", None),
        ("select 'a;b', $x$;$x$, \";\" from t; /* ; */ select 1;\n", None),
    ],
)
def test_pieces_are_statements(text: str, line: int | None) -> None:
    assert of_rule("split", f"{HEAD}\n{text}")[:1] == ([] if line is None else [(FILE, line)])


def test_the_second_of_two_equal_pieces_is_told_of_too() -> None:
    text = f"{HEAD}\n/* /* /* */;\n*/;\n*/;\nselect 1;\n"
    assert of_rule("split", text) == [(FILE, 4), (FILE, 5), (FILE, 6)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("select 1;\n\nselect from from;\n", 6),
        ("-- é\nselect 'é' from from;\n", 5),
        ("select (\n\n", 4),
        ("select 1;\nselect 'open\n\n;\n", 5),
        ("select 1;\ndo $$ open\n;\n", 5),
        ("select 1;\n/* open\n", 5),
    ],
)
def test_a_syntax_error_is_where_it_is(text: str, line: int) -> None:
    assert of_rule("syntax", f"{HEAD}\n{text}") == [(FILE, line)]


def test_letters_of_several_bytes_do_not_move_lines() -> None:
    text = f"{HEAD}\n-- {'é' * 60}\nselect '{'é' * 60}';\nvacuum;\nselect 1;\n"
    assert of_rule("in-transaction", text) == [(FILE, 6)]
    column = f"select '{'é' * 60}';\ncreate table walks (\n    é text, b varchar(1)\n);\n"
    assert of_rule("type", f"{HEAD}\n{column}") == [(FILE, 6)]
    body = f"select '{'é' * 60}';\ndo $$\nBEGIN\nend $$;\n"
    assert of_rule("lower-case", f"{HEAD}\n{body}") == [(FILE, 6)]
