"""What yoyo does to files in silence, each seen on a real PostgreSQL, and that `check` speaks up.

Here yoyo runs as it is, without anything of ours around it.
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import psycopg.errors as refused
import pytest
import yoyo

from tests.sql.support import column, connect, scratch_database, value
from tests.toolkit.checking import CLEAN, FILE, HEAD, ROLLBACK, Example, alone, of_rule, write
from wildside.config import DatabaseUrl

# yoyo's cursor makes psycopg warn on Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

DEPENDS = "-- depends: 0001.walks\n"


class Yoyo:
    """A database, a folder, and yoyo between them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def apply(self, example: Example) -> Any:
        """Apply the files as they are now; the migrations of the folder are returned."""
        write(self.folder, example)
        migrations = yoyo.read_migrations(str(self.folder))
        with yoyo.get_backend(DatabaseUrl.parse(self.url).yoyo) as backend:
            backend.apply_migrations(backend.to_apply(migrations))
        return migrations

    def roll_back(self) -> None:
        with yoyo.get_backend(DatabaseUrl.parse(self.url).yoyo) as backend:
            backend.rollback_migrations(backend.to_rollback(yoyo.read_migrations(str(self.folder))))

    def applied(self) -> list[str]:
        with connect(self.url) as connection:
            return column(connection, "select migration_id from _yoyo_migration order by applied_at_utc")

    def ask(self, question: str) -> Any:
        with connect(self.url) as connection:
            return value(connection, question)

    def run(self, *statements: str) -> None:
        with connect(self.url) as connection:
            for one in statements:
                connection.execute(one.encode())


@pytest.fixture
def plain(cluster: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yoyo]:
    monkeypatch.setenv("LOGNAME", "tests")
    with scratch_database(cluster) as url:
        yield Yoyo(url, tmp_path / "migrations")


def test_a_file_that_is_meant_to_undo_is_run(plain: Yoyo) -> None:
    down = "0001.walks.down.sql"
    files = {FILE: CLEAN, ROLLBACK: "select 1;\n", down: "create table undone ();\n"}
    plain.apply(files)
    assert sorted(plain.applied()) == ["0001.walks", "0001.walks.down"]
    assert plain.ask("select to_regclass('undone') is not null")
    assert of_rule("name", files) == [(down, 0)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{HEAD}\nselect 1;\n-- transactional: false\nvacuum;\n", 5),
        (f"{HEAD}-- Transactional: false\n\nvacuum;\n", 3),
        (f"{HEAD}/* About it. */\n-- transactional: false\nvacuum;\n", 4),
        (f"{HEAD}/*\n-- transactional: false\n*/\nvacuum;\n", 4),
        (f"{HEAD}-- transaction: false\n\nvacuum;\n", 3),
    ],
)
def test_a_directive_out_of_place_is_passed_over(plain: Yoyo, text: str, line: int) -> None:
    with pytest.raises(refused.ActiveSqlTransaction):
        plain.apply(text)
    assert of_rule("directive", text) == [(FILE, line)]
    assert of_rule("in-transaction", text)
    right = alone("vacuum;\n")
    plain.apply(right)
    assert of_rule("directive", right) == []


@pytest.mark.parametrize("said", ["maybe", "no", "false "])
def test_a_bad_value_is_a_key_error(plain: Yoyo, said: str) -> None:
    text = f"{HEAD}-- transactional: {said}\n\nselect 1;\n"
    with pytest.raises(KeyError):
        plain.apply(text)
    assert of_rule("directive" if said.strip() == said else "whitespace", text) == [(FILE, 3)]


def test_the_values_of_a_directive_that_is_there_twice_are_joined(plain: Yoyo) -> None:
    text = f"{HEAD}-- transactional: false\n-- transactional: false\n\nvacuum;\n"
    with pytest.raises(KeyError, match="false false"):
        plain.apply(text)
    assert of_rule("directive", text) == [(FILE, 4)]


def test_the_directives_of_a_rollback_are_passed_over(plain: Yoyo) -> None:
    files = {FILE: CLEAN, ROLLBACK: "-- transactional: false\nvacuum;\n"}
    plain.apply(files)
    with pytest.raises(refused.ActiveSqlTransaction):
        plain.roll_back()
    assert of_rule("directive", files) == [(ROLLBACK, 1)]
    assert of_rule("in-transaction", files) == [(ROLLBACK, 2)]


def test_without_a_rollback_a_migration_is_unmarked_and_nothing_undone(plain: Yoyo) -> None:
    files = {FILE: f"{HEAD}\ncreate table walks ();\n"}
    plain.apply(files)
    plain.roll_back()
    assert plain.applied() == []
    assert plain.ask("select to_regclass('walks') is not null")
    assert of_rule("rollback", files) == [(FILE, 0)]


def test_a_file_of_comments_is_marked_as_applied(plain: Yoyo) -> None:
    plain.apply(f"{HEAD}-- create table walks ();\n")
    assert plain.applied() == ["0001.walks"]
    assert of_rule("empty", f"{HEAD}-- create table walks ();\n") == [(FILE, 0)]


def test_a_comment_at_the_end_does_no_harm(plain: Yoyo) -> None:
    plain.apply(f"{CLEAN}-- That was all.\n")
    assert of_rule("split", f"{CLEAN}-- That was all.\n") == []


def test_nested_comments_are_cut_in_two(plain: Yoyo) -> None:
    text = f"{HEAD}\n/* One /* in */ another; */\nselect 1;\n"
    with connect(plain.url) as connection:
        connection.execute(text.encode())
    with pytest.raises(psycopg.errors.SyntaxError):
        plain.apply(text)
    assert of_rule("split", text)[0] == (FILE, 4)


def test_a_column_named_begin_glues_statements_together(plain: Yoyo) -> None:
    text = alone("create table walks (begin date);\nvacuum walks;\n")
    with pytest.raises(refused.ActiveSqlTransaction):
        plain.apply(text)
    assert of_rule("split", text) == [(FILE, 5)]
    quoted = text.replace("begin", '"begin"')
    plain.apply(quoted)
    assert of_rule("split", quoted) == []


def test_an_invalid_index_is_marked_as_applied(plain: Yoyo) -> None:
    plain.run("create table walks (a int)", "insert into walks values (1), (1)")
    create = "-- Which?\ncreate unique index concurrently if not exists walks_a on walks (a);\n"
    text = alone(create)
    with pytest.raises(refused.UniqueViolation):
        plain.apply(text)
    plain.apply(text)
    assert plain.applied() == ["0001.walks"]
    valid = "select indisvalid from pg_index where indexrelid = 'walks_a'::regclass"
    assert plain.ask(valid) is False
    assert of_rule("guard", text) == of_rule("if-exists", text) == [(FILE, 6)]


def test_with_its_guard_an_index_is_made_anew(plain: Yoyo) -> None:
    plain.run("create table walks (a int)", "insert into walks values (1), (1)")
    guard = "drop index concurrently if exists walks_a;\n"
    text = alone(f"{guard}-- Which?\ncreate unique index concurrently walks_a on walks (a);\n")
    with pytest.raises(refused.UniqueViolation):
        plain.apply(text)
    plain.run("delete from walks")
    plain.apply(text)
    assert plain.ask("select indisvalid from pg_index where indexrelid = 'walks_a'::regclass") is True
    assert of_rule("guard", text) == of_rule("if-exists", text) == []


def test_a_new_value_cannot_be_used_in_the_same_file(plain: Yoyo) -> None:
    plain.run("create type mood as enum ('wild')", "create table walks (mood mood)")
    add, use = "alter type mood add value 'calm';\n", "insert into walks values ('calm');\n"
    with pytest.raises(refused.UnsafeNewEnumValueUsage):
        plain.apply(f"{HEAD}\n{add}{use}")
    assert of_rule("add-value", f"{HEAD}\n{add}{use}") == [(FILE, 5)]
    two = {FILE: f"{HEAD}\n{add}", "0002.calm.sql": f"-- Calm.\n{DEPENDS}\n{use}"}
    plain.apply(two)
    assert plain.ask("select mood from walks") == "calm"
    assert of_rule("add-value", two) == []


ADD = "alter table walks add constraint walks_a check (a > 0) not valid;\n"
VALIDATE = "alter table walks validate constraint walks_a;\n"
NOTE = (
    "insert into held select mode from pg_locks"
    " where relation = 'walks'::regclass and pid = pg_backend_pid();\n"
)


@pytest.mark.parametrize("together", [True, False])
def test_validation_holds_the_lock_of_what_it_validates(plain: Yoyo, together: bool) -> None:
    plain.run("create table walks (a int)", "create table held (mode text)")
    one = {FILE: f"{HEAD}\n{ADD}{VALIDATE}{NOTE}"}
    two = {FILE: f"{HEAD}\n{ADD}", "0002.valid.sql": f"-- Valid.\n{DEPENDS}\n{VALIDATE}{NOTE}"}
    plain.apply(one if together else two)
    held = plain.ask("select array_agg(mode) from held")
    assert ("AccessExclusiveLock" in held) is together
    assert of_rule("validate", one if together else two) == ([(FILE, 5)] if together else [])


SEEN = "create table seen as select current_setting('lock_timeout') as t;\n"


def test_a_local_setting_does_nothing_without_a_transaction(plain: Yoyo) -> None:
    text = alone(f"set local lock_timeout = '7s';\n{SEEN}")
    plain.apply(text)
    assert plain.ask("select t from seen") == "0"
    assert of_rule("set-local", text) == [(FILE, 5)]


def test_a_local_setting_holds_for_its_file(plain: Yoyo) -> None:
    files = {FILE: f"{HEAD}\nset local lock_timeout = '7s';\nselect 1;\n{SEEN}"}
    plain.apply(files)
    assert plain.ask("select t from seen") == "7s"
    assert of_rule("set-local", files) == []


def test_a_begin_of_its_own_takes_the_transaction_away(plain: Yoyo) -> None:
    text = f"{HEAD}\ncreate table walks ();\ncommit;\nselect 1 / 0;\n"
    with pytest.raises(psycopg.Error):
        plain.apply(text)
    assert plain.applied() == []
    assert plain.ask("select to_regclass('walks') is not null")
    assert of_rule("transaction-control", text) == [(FILE, 5)]


def test_files_that_depend_on_less_than_what_is_before_run_in_another_order(plain: Yoyo) -> None:
    files = {
        "0001.a.sql": "-- A.\n-- depends: 0002.b\n\nselect 1;\n",
        "0002.b.sql": "-- B.\n-- depends:\n\nselect 1;\n",
    }
    plain.apply(files)
    assert plain.applied() == ["0002.b", "0001.a"]
    assert of_rule("depends", files) == [("0001.a.sql", 2), ("0002.b.sql", 2)]
