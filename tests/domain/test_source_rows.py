"""What a source file can have wrong, looked at alone: each code, where it points, and all at once."""

from typing import Any

import pytest

from tests.builders import row, table
from wildside.domain.reference import Column, Table
from wildside.domain.source import Pairs, SourceFile
from wildside.domain.source_rows import row_problems

Place = tuple[int, str, str]


def found(what: Table, *rows: Any) -> list[Place]:
    problems = row_problems(what, SourceFile("tags.json", rows))
    assert {problem.file for problem in problems} == {"tags.json"} if problems else True
    return sorted((problem.row, problem.pointer, problem.code) for problem in problems)


def found_in(sql_type: str, value: Any) -> list[tuple[str, str]]:
    """What is wrong with one value of a column `x`: (pointer, code)."""
    column = Column("x", sql_type, nullable=False, default=False)
    return [(pointer, code) for _, pointer, code in found(table("tags", column), row("coffee", x=value))]


def test_good_rows_have_no_problems() -> None:
    assert found(table(), row("coffee", 1), row("tea", 2)) == []


def test_a_file_without_rows_is_one_problem_of_the_whole_file() -> None:
    assert found(table()) == [(0, "", "empty_source")]


@pytest.mark.parametrize("wrong", [None, "coffee", 1, True, ["coffee"]])
def test_a_row_is_an_object(wrong: Any) -> None:
    assert found(table(), row("tea"), wrong) == [(2, "", "wrong_type")]


def test_a_column_that_the_table_lacks_is_unknown() -> None:
    assert found(table(), row("coffee", colour="brown")) == [(1, "/colour", "unknown_column")]


def test_a_source_may_not_say_whose_a_row_is() -> None:
    assert found(table(), row("coffee", source_type="admin")) == [(1, "/source_type", "unknown_column")]


def test_an_unknown_column_is_escaped_in_the_pointer() -> None:
    assert found(table(), row("coffee", **{"a/b~c": 1})) == [(1, "/a~1b~0c", "unknown_column")]


def test_a_required_column_may_not_be_missing() -> None:
    assert found(table(), {"slug": "coffee", "sort_order": 1}) == [(1, "/name", "missing_column")]


@pytest.mark.parametrize(("nullable", "default"), [(True, False), (False, True)])
def test_a_column_that_is_nullable_or_has_a_default_may_be_left_out(nullable: bool, default: bool) -> None:
    assert found(table("tags", Column("x", "text", nullable, default)), row("coffee")) == []


def test_null_is_refused_where_the_column_is_not_nullable_even_with_a_default() -> None:
    assert found(table(), row("coffee", is_active=None)) == [(1, "/is_active", "wrong_type")]


def test_null_is_accepted_where_the_column_is_nullable() -> None:
    assert found(table("tags", Column("x", "integer", nullable=True, default=False)), row("a", x=None)) == []


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [
        ("boolean", False),
        ("smallint", -(2**15)),
        ("smallint", 2**15 - 1),
        ("integer", -(2**31)),
        ("integer", 2**31 - 1),
        ("bigint", -(2**63)),
        ("bigint", 2**63 - 1),
        ("double precision", 0.5),
        ("double precision", 1),
        ("real", -1),
        ("numeric", 12.5),
        ("text", ""),
        ("text", "café"),
        ("character varying", "x"),
        ("date", "2026-01-01"),
        ("uuid", "9b2f6c2e-0000-4000-8000-000000000000"),
        ("text[]", []),
        ("text[]", ["a", "b"]),
        ("integer[]", [1, 2]),
        ("jsonb", {"a": [1, True, None, "x"]}),
        ("jsonb", [1]),
        ("jsonb", 1.5),
        ("json", "text"),
    ],
)
def test_a_value_that_fits_its_type_is_accepted(sql_type: str, value: Any) -> None:
    assert found_in(sql_type, value) == []


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [
        ("boolean", 1),
        ("boolean", "true"),
        ("smallint", 2**15),
        ("smallint", -(2**15) - 1),
        ("integer", 2**31),
        ("integer", -(2**31) - 1),
        ("bigint", 2**63),
        ("bigint", -(2**63) - 1),
        ("integer", 1.0),
        ("integer", "1"),
        ("integer", True),
        ("double precision", True),
        ("double precision", "0.5"),
        ("double precision", float("inf")),
        ("double precision", float("-inf")),
        ("double precision", float("nan")),
        ("real", [1]),
        ("numeric", False),
        ("text", 1),
        ("text", True),
        ("text", ["a"]),
        ("text", {"a": 1}),
        ("date", 20260101),
        ("uuid", 1),
        ("text[]", "a"),
        ("text[]", ["a", 1]),
        ("text[]", ["a", None]),
        ("integer[]", [1, True]),
        ("integer[]", [1, 2**31]),
        ("integer[]", {"0": 1}),
    ],
)
def test_a_value_of_another_type_is_refused(sql_type: str, value: Any) -> None:
    assert found_in(sql_type, value) == [("/x", "wrong_type")]


@pytest.mark.parametrize("value", [float("inf"), float("nan"), [float("inf")], {"a": float("-inf")}])
def test_json_has_no_infinities(value: Any) -> None:
    """`1e999` reads as infinity, and would be stored as null without a word."""
    assert [code for _, code in found_in("jsonb", value)] == ["wrong_type"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" coffee", "untrimmed_text"),
        ("coffee\n", "untrimmed_text"),
        ("\u00a0coffee", "untrimmed_text"),
        ("null", "null_as_text"),
        ("NULL", "null_as_text"),
        ('{"a": 1}', "json_as_text"),
        ("[1, 2]", "json_as_text"),
        ("a\x00b", "nul_character"),
        ("a\ud83db", "lone_surrogate"),
    ],
)
@pytest.mark.parametrize(
    ("sql_type", "wrap", "pointer"),
    [
        ("text", lambda text: text, "/x"),
        ("jsonb", lambda text: {"en-GB": {"name": text}}, "/x/en-GB/name"),
        ("jsonb", lambda text: ["fine", text], "/x/1"),
        ("text[]", lambda text: ["fine", text], "/x/1"),
    ],
)
def test_a_suspicious_text_is_found_however_deep(
    text: str, code: str, sql_type: str, wrap: Any, pointer: str
) -> None:
    assert found_in(sql_type, wrap(text)) == [(pointer, code)]


@pytest.mark.parametrize("text", ["nullable", "{coffee}", "[draft", "{", "12", "true", "don't", "𝄞 clef"])
def test_a_text_that_only_looks_suspicious_is_accepted(text: str) -> None:
    assert found_in("text", text) == []


def test_a_text_can_have_several_things_wrong() -> None:
    assert found_in("text", " null") == [("/x", "null_as_text"), ("/x", "untrimmed_text")]


@pytest.mark.parametrize(("member", "code"), [("a\x00", "nul_character"), ("a\ud83d", "lone_surrogate")])
def test_the_names_of_members_are_texts_too(member: str, code: str) -> None:
    """PostgreSQL refuses NUL and halves of surrogate pairs there as well."""
    assert [found_code for _, found_code in found_in("jsonb", {member: "x"})] == [code]


def test_a_repeated_member_of_a_row_is_found() -> None:
    twice = Pairs(row("coffee"), ("name",))
    assert found(table(), twice) == [(1, "/name", "repeated_member")]


def test_a_repeated_member_deep_in_json_is_found_with_an_escaped_pointer() -> None:
    value = {"a/b": [0, {"c~d": Pairs({"~/": 1}, ("~/",))}]}
    assert found_in("jsonb", value) == [("/x/a~1b/1/c~0d/~0~1", "repeated_member")]


def test_a_row_with_a_repeated_member_is_checked_like_any_other() -> None:
    twice = Pairs(row("coffee", name=" x", colour="brown"), ("slug",))
    assert found(table(), twice) == [
        (1, "/colour", "unknown_column"),
        (1, "/name", "untrimmed_text"),
        (1, "/slug", "repeated_member"),
    ]


def test_the_later_of_two_rows_with_one_key_is_named() -> None:
    problems = row_problems(table(), SourceFile("tags.json", [row("tea", 1), row("a", 2), row("tea", 3)]))
    assert [str(problem) for problem in problems] == [
        "tags.json:3:/slug: duplicate_key: tea is already the key of row 1"
    ]


def test_a_composite_key_is_a_duplicate_only_as_a_whole() -> None:
    columns = tuple(Column(name, "text", nullable=False, default=False) for name in ("theme", "interest"))
    links = Table("tags", ("theme", "interest"), ("theme", "interest"), columns)
    rows = [{"theme": "a", "interest": "b"}, {"theme": "a", "interest": "c"}, {"theme": "a", "interest": "b"}]
    assert found(links, *rows) == [(3, "/theme", "duplicate_key")]


def test_two_active_rows_in_one_place_tie() -> None:
    problems = row_problems(table(), SourceFile("tags.json", [row("tea", 7), row("coffee", 7)]))
    assert [str(problem) for problem in problems] == [
        "tags.json:2:/sort_order: sort_tie: row 1 has the same sort_order"
    ]


def test_an_inactive_row_ties_with_nobody() -> None:
    assert found(table(), row("tea", 7, is_active=False), row("coffee", 7)) == []


def test_a_table_ordered_by_its_key_has_no_ties() -> None:
    columns = (Column("slug", "text", nullable=False, default=False),)
    assert found(Table("tags", ("slug",), ("slug",), columns), {"slug": "a"}, {"slug": "b"}) == []


def test_a_row_without_a_usable_key_is_reported_for_that_and_not_as_a_duplicate() -> None:
    nameless = {"sort_order": 1, "name": "x"}
    assert found(table(), row("a", 3), nameless, {**row("b", 2), "slug": ["b"]}) == [
        (2, "/slug", "missing_column"),
        (3, "/slug", "wrong_type"),
    ]


def test_everything_wrong_is_reported_at_once() -> None:
    rows = [
        row("tea", 1),
        "coffee",
        {"slug": "cocoa ", "sort_order": "1", "colour": 1},
        row("tea", 1, name=None),
    ]
    assert found(table(), *rows) == [
        (2, "", "wrong_type"),
        (3, "/colour", "unknown_column"),
        (3, "/name", "missing_column"),
        (3, "/slug", "untrimmed_text"),
        (3, "/sort_order", "wrong_type"),
        (4, "/name", "wrong_type"),
        (4, "/slug", "duplicate_key"),
        (4, "/sort_order", "sort_tie"),
    ]


def nested(depth: int) -> Any:
    value: Any = " x"
    for _ in range(depth):
        value = [value]
    return value


def test_json_may_be_nested_deep() -> None:
    assert [code for _, code in found_in("jsonb", nested(500))] == ["untrimmed_text"]


def test_json_that_is_nested_deeper_than_can_be_checked_is_a_problem() -> None:
    """Since Python 3.12 a file can be read that is nested deeper than a function may call itself."""
    assert len(found_in("jsonb", nested(5000))) == 1
