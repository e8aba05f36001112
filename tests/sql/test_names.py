"""Names: what the program says of them, and that the schema says the same."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.sql.support import Connection, connect, scratch_database
from wildside.domain import users
from wildside.domain.users import display_name_problems, folded, username_problems

E_ACUTE = "\u0301"
DISPLAY_NAMES = [
    "", " ", "   ", "ab", "abc", "a" * 32, "a" * 33, " " * 32, "_" * 3, "___a", " ab", "ab ",
    "a b", "Ada\n", "\nAda", "Ada\nL", "Ada\r", "Ada\t", "Ada\u00a0L", "Ada-L", "Ada.", "Ada!",
    "Ada'", "0_9", "123", "Zoë", "Zoe\u0308", "\u00bfab", "\u00c0\u00d6\u00d8", "ab\u00d7",
    "ab\u00f7", "\u00f6\u00f8\u00ff", "ab\u02af", "ab\u02b0", "ab" + E_ACUTE, "Ωμέγα",
    "ab\u0373", "ab\u0374", "ab\u037e", "ab\u0386", "ab\u0387", "Борис", "ab\u0481", "ab\u0482",
    "ab\u0489", "ab\u048a", "ab\u0530", "Արմեն", "ab\u0557", "ab\u0587", "ab\u0588", "דוד",
    "ab\u05cf", "ab\u05eb", "محمد", "ab\u061f", "ab\u0652", "ab\u0653", "ab\u066d", "ab\u066e",
    "ab\u06d3", "ab\u06d4", "ab\u08ff", "आशा", "ab\u0963", "ab\u0964", "ab\u0965", "ab\u0966",
    "ab\u097f", "ab\u0980", "สมชาย", "ab\u0e3a", "ab\u0e3b", "ab\u0e3f", "ab\u0e4e", "ab\u0e4f",
    "Ḁḁḁ", "ab\u1dff", "ab\u1ffc", "ab\u1ffd", "さくら", "ab\u3040", "ab\u3097", "カタカナ",
    "ab\u30fb", "ab\u30fc", "ab\u30fd", "田中さ", "ab\u4dff", "ab\u9fff", "ab\ua000", "김철수",
    "ab\uabff", "ab\ud7a3", "ab\ud7a4", "ab\ue000", "ab\uffff", "Ada 🥾", "🥾🥾🥾", "ab\U00020000",
    "ab\u200b", "ab\u202e", "田" * 32, "田" * 33, "🥾" * 3, "ab\u007f", "ab\u0001", "Ada\u2028",
    "a" * 31 + "\n", "a" * 32 + "\n", "ab\u0660", "ab\u00aa", "ab\u00b5",
]  # fmt: skip
USERNAMES = [
    "", "a", "ab", "abc", "a" * 64, "a" * 65, "ABC", "aBc", "0ab", "_ab", ".ab", "a_b.c@d+e-f",
    "-ab", "@ab", "+ab", "ab c", "abc\n", "\nabc", "abc ", " abc", "ab\t", "abé", "ab\u0441",
    "ab\u212a", "ab\u017f", "a" * 63 + "\n", "ab!", "ab/", "ab[", "ab\\", "ab^", "ab,", "ab#",
    "ada@example.com", "123", "ab\u0660", "ab🥾",
]  # fmt: skip


@pytest.fixture(scope="module")
def schema(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[Connection]:
    template = migrated_template.template_dbname
    with scratch_database(cluster, template=template) as url, connect(url) as opened:
        yield opened


def takes(schema: Connection, statement: str, *arguments: object) -> bool:
    """Tell whether the schema takes a row, and take it back."""
    try:
        with schema.transaction(force_rollback=True):
            schema.execute(statement.encode(), arguments)
    except psycopg.errors.CheckViolation:
        return False
    return True


@pytest.mark.parametrize("name", DISPLAY_NAMES, ids=ascii)
def test_a_display_name_is_one_to_the_program_where_it_is_one_to_the_schema(
    schema: Connection, name: str
) -> None:
    statement = "insert into users (id, display_name) values (%s, %s)"
    assert takes(schema, statement, uuid4(), name) is (not display_name_problems(name))


@pytest.mark.parametrize("name", USERNAMES, ids=ascii)
def test_a_username_is_one_to_the_program_where_it_is_one_to_the_schema(
    schema: Connection, name: str
) -> None:
    statement = """
        with made as (insert into users (id, display_name) values (%s, 'Ada') returning id)
        insert into user_credentials (user_id, username, password_hash)
        select id, %s, '$argon2id$' from made"""
    assert takes(schema, statement, uuid4(), name) is (not username_problems(name))


def test_both_kinds_of_names_are_among_those(schema: Connection) -> None:
    for problems, names in ((display_name_problems, DISPLAY_NAMES), (username_problems, USERNAMES)):
        good = [name for name in names if not problems(name)]
        assert 5 <= len(good) <= len(names) - 5


def test_every_character_is_the_same_to_both(schema: Connection) -> None:
    """Each code point between two letters, and PostgreSQL's own pattern from the catalogue."""
    query = """select regexp_replace(pg_get_constraintdef(oid), '^.*~ ''(.*)''::text.*$', '\\1')
                 from pg_constraint where conname = 'users_display_name_is_plain'"""
    row = schema.execute(query.encode()).fetchone()
    assert row is not None
    points = """select n from generate_series(1, 1114111) n
                 where n not between 55296 and 57343 and 'a' || chr(n) || 'b' ~ %s"""
    taken = {number for (number,) in schema.execute(points.encode(), (row[0],))}
    ours = {number for number in range(1, 0x110000) if users._DISPLAY_NAME.fullmatch(chr(number))}
    assert taken == ours


def test_every_problem_is_listed_and_shows_nothing() -> None:
    assert len(display_name_problems("!")) == 2
    assert len(display_name_problems("  ")) == 2
    assert len(username_problems("!")) == 2
    assert not re.search("!", " ".join([*display_name_problems("!"), *username_problems("!")]))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ADA", "ada"), ("a@B.c", "a@b.c"), ("\u212aate", "\u212aate"), ("\u0130da", "\u0130da"), ("É", "É")],
)
def test_only_ascii_is_folded(typed: str, kept: str) -> None:
    assert folded(typed) == kept
