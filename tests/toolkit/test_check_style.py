"""The house style."""

import pytest

from tests.toolkit.checking import CLEAN, ROLLBACK, findings, in_rollback, lines, of_rule


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Select 1;\n", [1]),
        ("select 1 AS one,\n       2 as two, 3 AS three;\n", [1, 2]),
        ("select Walks.id from walks Walks;\n", [1]),
        ("create table walks (id UUID);\n", [1]),
        ("do $$\nbegin\n    PERFORM 1;\nend $$;\n", [3]),
        ("create function f() returns int language sql as $x$\n  select 1 WHERE true $x$;\n", [2]),
        ("select \"Id\", 'SELECT', U&\"A\", e'\\n', $$TEXT$$; -- SELECT\n", []),
        ("do $$ begin raise exception 'DELETE %', 'X'; end $$;\n", []),
    ],
)
def test_words_are_lower_case(text: str, told: list[int]) -> None:
    assert lines("lower-case", text) == told


@pytest.mark.parametrize(
    "kind", ["varchar", "varchar(9)", "character varying", "char(2)", "timestamp", "json"]
)
def test_types_that_are_not_used(kind: str) -> None:
    assert lines("type", f"create table walks (\n    a text,\n    b {kind}\n);\n") == [3]
    assert lines("type", f"alter table walks add column b {kind};\n") == [1]
    assert lines("type", f"alter table walks alter column b type {kind};\n") == [1]
    assert lines("type", f"create domain words as\n    {kind};\n") == [2]


@pytest.mark.parametrize(
    "kind", ["text", "timestamptz", "timestamp with time zone", "date", "jsonb", "time", "mood"]
)
def test_types_that_are(kind: str) -> None:
    assert lines("type", f"create table walks (a {kind}, b {kind}[]);\n") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("create table walks (\n    id uuid primary key,\n    a text unique check (a <> '')\n);\n", [2, 3]),
        ("create table walks (\n    id uuid,\n    primary key (id)\n);\n", [3]),
        ("create table walks (a text constraint named check (a <> ''));\n", [1]),
        ("alter table walks\n    add check (a <> '');\n", [2]),
        ("alter table walks add constraint legs_a check (a <> '');\n", [1]),
        (
            "create table walks (a int not null default 1, b int generated always as identity);\n",
            [],
        ),
        ("create table walks (a int references legs);\n", [1]),
        ("create table walks (a int, exclude (a with =));\n", [1]),
        ("alter table walks add constraint walks_a check (a <> '');\n", []),
    ],
)
def test_names_of_constraints(text: str, told: list[int]) -> None:
    assert lines("named-constraint", text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("create index on walks (a);\n", [1]),
        ("select 1;\ncreate unique index a on walks (a);\n", [2]),
        ("create index walks_a on s.walks (a);\n", []),
    ],
)
def test_names_of_indexes(text: str, told: list[int]) -> None:
    assert lines("named-index", text) == told


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("", [2]),
        (" on update cascade", [2]),
        (" on delete cascade", []),
        (" on delete no action", []),
        (" ON  DELETE\n no action", []),
    ],
)
def test_foreign_keys_say_on_delete(rest: str, told: list[int]) -> None:
    table = f"create table legs (\n    walk uuid constraint legs_walk references walks (id){rest},\n"
    other = "    stop uuid constraint legs_stop references stops on delete no action\n);\n"
    assert lines("on-delete", table + other) == told


def test_a_question_stands_right_above_its_index() -> None:
    index = "create unique index walks_a on walks (a);\n"
    assert lines("question", f"-- Which?\n{index}") == []
    assert lines("question", f"-- Which?\n\n{index}") == [3]
    assert lines("question", f"-- That.\n{index}") == [2]
    assert of_rule("question", in_rollback(index)) == []


def test_every_table_gets_a_comment() -> None:
    walks, legs = "create table walks (id uuid);\n", "create table s.legs (id uuid);\n"
    assert lines("table-comment", walks + legs + "comment on table s.legs is 'Legs.';\n") == [1]
    assert lines("table-comment", walks + "comment on table walks is null;\n") == [1]
    assert lines("table-comment", walks + "comment on column walks.id is 'Id.';\n") == [1]
    assert lines("table-comment", "create table walks as select 1;\n") == [1]
    assert lines("table-comment", "create temporary table walks (id uuid) on commit drop;\n") == []
    assert lines("table-comment", "create temporary table walks as select 1;\n") == []
    assert of_rule("table-comment", in_rollback(walks)) == []


def test_a_materialized_view_is_commented_on_as_what_it_is() -> None:
    view = "create materialized view best as select 1;\n"
    [found] = [one for one in findings(f"{view}select 1;\n") if one.rule == "table-comment"]
    assert found.message == "say what best is for: `comment on materialized view best is …`"
    assert lines("table-comment", view + "comment on materialized view s.best is 'Best.';\n") == []


@pytest.mark.parametrize(
    "statement",
    [
        "create table if not exists walks (id uuid)",
        "create index if not exists walks_a on walks (a)",
        "drop table if exists walks",
        "alter table if exists walks add column a text",
        "alter table walks add column if not exists a text",
        "alter table walks drop column if exists a",
        "create schema if not exists s",
        "create extension if not exists citext",
        "alter type mood add value if not exists 'calm'",
        "drop function if exists f()",
        "create materialized view if not exists m as select 1",
        "drop index concurrently if exists walks_a",
    ],
)
def test_a_file_knows_what_is_there(statement: str) -> None:
    assert lines("if-exists", f"select 1;\n{statement};\n") == [2]
    assert of_rule("if-exists", in_rollback(f"{statement};\n")) == [(ROLLBACK, 1)]


def test_only_the_guard_itself_is_spared() -> None:
    guard = "drop index concurrently if exists walks_a;"
    again = "create index concurrently if not exists walks_a on walks (a);"
    assert lines("if-exists", f"-- transactional: false\n{guard} {again}\n") == [2]


def test_a_body_may_ask_whether_something_exists() -> None:
    assert lines("if-exists", "do $$ begin if not exists (select) then perform 1; end if; end $$;\n") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select\t1;\n", [1]),
        ("select 1; \n", [1]),
        ("select 1;\n\n", [2]),
        ("select 1;", [1]),
        ("select 1;\n", []),
    ],
)
def test_what_is_not_seen(text: str, told: list[int]) -> None:
    assert lines("whitespace", text) == told
    assert [line for _, line in of_rule("whitespace", in_rollback(text))] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"\ufeff{CLEAN}", [1]),
        (CLEAN.replace("\n", "\r\n"), [1]),
        (CLEAN.replace("select", "select\r"), [4]),
        (CLEAN.replace("1", "1\0"), [4]),
        (CLEAN.replace("1", "'é'"), []),
    ],
)
def test_bytes(text: str, told: list[int]) -> None:
    assert [line for _, line in of_rule("encoding", text)] == told


def test_behind_a_byte_order_mark_the_rest_is_read() -> None:
    assert {one.rule for one in findings(f"\ufeff{CLEAN}")} == {"encoding"}


def test_lines_end_as_on_windows_in_no_file_but_are_still_lines() -> None:
    assert {one.rule for one in findings(CLEAN.replace("\n", "\r\n"))} == {"encoding"}
