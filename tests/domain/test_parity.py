"""The rules of docs/parity.md: what the normal form may hide, and what nothing may hide."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import table as table_of
from tests.soak import times
from wildside.domain.parity import (
    Difference,
    compare_tables,
    mark_adopted,
    mark_known,
    original_of,
    spelling_problems,
    stage_result,
    value_differences,
)
from wildside.domain.reference import Column, Table
from wildside.domain.release import canonical, plain
from wildside.domain.source import SourceFile

JSON = dict[str, Any]
COLUMNS = ["slug", "sort_order", "parent", "icon", "on", "count", "weight", "text", "list", "names"]


def small(order: tuple[str, ...] = ("slug",), key: tuple[str, ...] = ("slug",)) -> Table:
    columns = [Column(name, "json", nullable=True, default=False) for name in COLUMNS]
    flags = [Column(name, "json", nullable=False, default=True) for name in ("is_active", "source_type")]
    return Table("t", key, order, (*columns, *flags))


def compared(
    source: list[JSON], served: Any, *, table: Table | None = None, defaults: JSON | None = None
) -> list[Difference]:
    """Compare rows; members that the table has and a served row lacks are served as null."""
    table, file = table or small(), SourceFile("t.json", source)
    original = original_of({"t": table}, {"t": file}, {"t": [defaults or {}] * len(source)})
    return list(compare_tables(original, {"t": served}))


def whole(row: Any, *left_out: str) -> Any:
    every = {"slug", "sortOrder", "parent", "icon", "on", "count", "weight", "text", "list", "names"}
    return {**dict.fromkeys(every - set(left_out)), **row} if isinstance(row, dict) else row


def told(found: list[Difference]) -> list[tuple[Any, str, str]]:
    return [(one.key, one.field, one.kind) for one in found]


MAY_HIDE: dict[str, tuple[JSON, JSON, JSON]] = {
    "equal rows": ({"slug": "a"}, {"slug": "a"}, {}),
    "columns are spelled in camelCase": ({"slug": "a", "sort_order": 1}, {"slug": "a", "sortOrder": 1}, {}),
    "left out is null": ({"slug": "a"}, {"slug": "a", "parent": None}, {}),
    "left out is its default": ({"slug": "a"}, {"slug": "a", "count": 7}, {"count": 7}),
    "is_active is no content": ({"slug": "a", "is_active": True}, {"slug": "a"}, {}),
    "source_type is no content": ({"slug": "a"}, {"slug": "a"}, {"source_type": "seed"}),
    "1.0 is 1": ({"slug": "a", "weight": 1.0}, {"slug": "a", "weight": 1}, {}),
    "1.0 is 1 within JSON": ({"slug": "a", "names": [{"x": 2.0}]}, {"slug": "a", "names": [{"x": 2}]}, {}),
    "members have no order": (
        {"slug": "a", "names": {"b": 1, "a": 2}},
        {"names": {"a": 2, "b": 1}, "slug": "a"},
        {},
    ),
}


@pytest.mark.parametrize(("source", "served", "defaults"), MAY_HIDE.values(), ids=MAY_HIDE)
def test_what_the_normal_form_may_hide(source: JSON, served: JSON, defaults: JSON) -> None:
    assert compared([source], [whole(served)], defaults=defaults) == []


MAY_NOT_HIDE: dict[str, tuple[JSON, JSON, JSON, str, str]] = {
    "another value": ({"icon": "x"}, {"icon": "y"}, {}, "/icon", "value"),
    "a value for null": ({}, {"parent": "b"}, {}, "/parent", "type"),
    "null for a value": ({"icon": "x"}, {"icon": None}, {}, "/icon", "type"),
    "null for a false": ({"on": False}, {"on": None}, {}, "/on", "type"),
    "1 for true": ({"on": True}, {"on": 1}, {}, "/on", "type"),
    "0 for false": ({"on": False}, {"on": 0}, {}, "/on", "type"),
    "true for 1": ({"count": 1}, {"count": True}, {}, "/count", "type"),
    "text for a number": ({"count": 1}, {"count": "1"}, {}, "/count", "type"),
    "a number for text": ({"text": "1"}, {"text": 1}, {}, "/text", "type"),
    "null for empty text": ({"text": ""}, {"text": None}, {}, "/text", "type"),
    "null as text": ({}, {"text": "null"}, {}, "/text", "type"),
    "JSON as text": ({"names": {"a": 1}}, {"names": '{"a":1}'}, {}, "/names", "type"),
    "text with a space": ({"text": "a"}, {"text": "a "}, {}, "/text", "value"),
    "text in capitals": ({"text": "a"}, {"text": "A"}, {}, "/text", "value"),
    "another form of é": ({"text": "caf\u00e9"}, {"text": "cafe\u0301"}, {}, "/text", "value"),
    "another date": ({"text": "20260101"}, {"text": "2026-01-01"}, {}, "/text", "value"),
    "a number that is nearly it": ({"weight": 0.1}, {"weight": 0.10000001}, {}, "/weight", "value"),
    "a rounded number": ({"count": 2**53 + 1}, {"count": 2**53}, {}, "/count", "value"),
    "a longer list": ({"list": [1]}, {"list": [1, 2]}, {}, "/list/1", "extra_field"),
    "a shorter list": ({"list": [1, 2]}, {"list": [1]}, {}, "/list/1", "missing_field"),
    "an object for a list": ({"list": []}, {"list": {}}, {}, "/list", "type"),
    "a nested null": ({"names": {"es": 1}}, {"names": {"es": 1, "f": None}}, {}, "/names/f", "extra_field"),
    "a nested loss": ({"names": {"es": None}}, {"names": {}}, {}, "/names/es", "missing_field"),
    "deep within": ({"list": [{"a/b~": 1}]}, {"list": [{"a/b~": 2}]}, {}, "/list/0/a~1b~0", "value"),
    "a member that is no column": ({}, {"isActive": True}, {}, "/isActive", "extra_field"),
    "a default that is another": ({}, {"count": 8}, {"count": 7}, "/count", "value"),
    "a default for what is given": ({"count": 1}, {"count": 7}, {"count": 7}, "/count", "value"),
    "a default for a given null": ({"count": None}, {"count": 7}, {"count": 7}, "/count", "type"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "served", "defaults", "field", "kind"), MAY_NOT_HIDE.values(), ids=MAY_NOT_HIDE
)
def test_what_the_normal_form_may_not_hide(
    source: JSON, served: JSON, defaults: JSON, field: str, kind: str
) -> None:
    found = compared([{"slug": "a", **source}], [whole({"slug": "a", **served})], defaults=defaults)
    assert told(found) == [(("a",), field, kind)]


def test_only_names_of_columns_are_spelled_anew() -> None:
    source: JSON = {"slug": "a", "names": {"snake_case": 1}}
    assert compared([source], [whole({"slug": "a", "names": {"snake_case": 1}})]) == []
    found = compared([source], [whole({"slug": "a", "names": {"snakeCase": 1}})])
    assert [one.field for one in found] == ["/names/snake_case", "/names/snakeCase"]


def test_another_order_of_a_list_is_told_by_each_place() -> None:
    found = compared([{"slug": "a", "list": [1, 2, 3]}], [whole({"slug": "a", "list": [2, 1, 3]})])
    assert [one.field for one in found] == ["/list/0", "/list/1"]


def test_a_member_that_is_not_there_is_not_null() -> None:
    assert told(compared([{"slug": "a"}], [whole({"slug": "a"}, "parent")])) == [
        (("a",), "/parent", "missing_field")
    ]


def rows(*slugs: str) -> list[JSON]:
    return [whole({"slug": slug}) for slug in slugs]


@pytest.mark.parametrize(
    ("source", "served", "expected"),
    [
        ("ab", "a", [(("b",), "", "missing_row")]),
        ("a", "ab", [(("b",), "", "extra_row")]),
        ("ab", "", [(("a",), "", "missing_row"), (("b",), "", "missing_row")]),
        ("a", "aa", [(("a",), "", "duplicate_row")]),
        ("", "aa", [(("a",), "", "extra_row"), (("a",), "", "duplicate_row")]),
        ("ab", "ac", [(("b",), "", "missing_row"), (("c",), "", "extra_row")]),
        ("ab", "ba", [(("b",), "", "order")]),
        ("abcde", "eabcd", [(("e",), "", "order")]),
        ("abcde", "acdeb", [(("b",), "", "order")]),
        ("abcd", "badc", [(("b",), "", "order"), (("d",), "", "order")]),
        ("abc", "ca", [(("b",), "", "missing_row"), (("c",), "", "order")]),
    ],
)
def test_every_row_counts_and_its_place(source: str, served: str, expected: list[Any]) -> None:
    found = compared([{"slug": slug} for slug in source], rows(*served))
    assert sorted(told(found), key=str) == sorted(expected, key=str)


def test_a_row_out_of_place_is_told_with_what_it_follows() -> None:
    (found,) = compared([{"slug": slug} for slug in "abc"], rows("b", "c", "a"))
    assert (found.key, found.expected, found.found) == (("a",), None, ("c",))


def test_the_order_is_the_tables_and_not_the_files() -> None:
    source: list[JSON] = [{"slug": "b", "sort_order": 10}, {"slug": "a", "sort_order": 9}, {"slug": "c"}]
    served = [
        whole({"slug": "a", "sortOrder": 9}),
        whole({"slug": "b", "sortOrder": 10}),
        whole({"slug": "c"}),
    ]
    table = small(("sort_order", "slug"))
    assert compared(source, served, table=table) == []
    assert compared(source, served[::-1], table=table) != []


def test_text_is_ordered_by_code_point_and_null_comes_last() -> None:
    texts = ["Z", "a", "z", "é", None]
    source = [{"slug": str(index), "text": text} for index, text in reversed(list(enumerate(texts)))]
    served = [whole({"slug": str(index), "text": text}) for index, text in enumerate(texts)]
    assert compared(source, served, table=small(("text", "slug"))) == []


def test_an_inactive_row_is_not_to_be_served() -> None:
    source = [{"slug": "a", "is_active": False}, {"slug": "b", "is_active": True}]
    assert compared(source, rows("b")) == []
    assert told(compared(source, rows("a", "b"))) == [(("a",), "", "extra_row")]
    assert told(compared([{"slug": "a"}], [], defaults={"is_active": False})) == []


def test_true_and_1_are_different_keys() -> None:
    found = compared(
        [{"slug": "a", "count": 1}], [whole({"slug": "a", "count": True})], table=small(key=("count",))
    )
    assert told(found) == [((1,), "", "missing_row"), ((True,), "", "extra_row")]


@pytest.mark.parametrize("served", [None, {}, "rows", 3])
def test_rows_that_are_no_array_are_told(served: Any) -> None:
    assert [one.kind for one in compared([{"slug": "a"}], served)] == ["type"]


@pytest.mark.parametrize("row", [None, "a", ["a"], {"name": "a"}])
def test_a_row_without_its_key_is_told_by_its_place(row: Any) -> None:
    assert told(compared([{"slug": "a"}], [*rows("a"), row])) == [(None, "/1", "unreadable_row")]


def test_tables_too_many_and_too_few_are_told() -> None:
    original = original_of({"t": small()}, {"t": SourceFile("t.json", [{"slug": "a"}])}, {"t": [{}]})
    found = list(compare_tables(original, {"u": []}))
    assert [(one.table, one.kind) for one in found] == [("t", "missing_table"), ("u", "extra_table")]
    assert [one.kind for one in compare_tables(original, None)] == ["type"]


def test_every_difference_is_told() -> None:
    source = [{"slug": f"{number:04}", "count": number} for number in range(1000)]
    served = [whole({"slug": f"{number:04}", "count": number + 1}) for number in range(1000)]
    assert len(compared(source, served)) == 1000


def test_a_stage_tells_each_difference_once() -> None:
    one = Difference("t", ("a",), "/x", "value", 1, 2)
    assert stage_result("s", {"t": [1, 2]}, [one, one]).differences == (one,)
    assert stage_result("s", {"t": [1, 2], "u": None}, []).rows == 2


def test_only_an_administrators_row_is_marked() -> None:
    found = [Difference("t", ("a",), "/x", "value", 1, 2), Difference("t", ("b",), "/x", "value", 1, 2)]
    marked = mark_adopted([*found, Difference("u", ("a",), "/x", "value")], {"t": [("a",)]})
    assert [one.adopted for one in marked] == [True, False, False]
    other = Difference("t", ("a",), "/x", "value", 1, 3)
    assert [one.adopted for one in mark_known([*found, other], marked)] == [True, False, False]


def test_columns_that_clients_cannot_tell_apart_are_a_problem() -> None:
    extra = [Column(name, "text", nullable=True, default=False) for name in ("sortOrder", "icon")]
    (found,) = spelling_problems(table_of("tags", *extra), "tags.json")
    assert (found.pointer, found.code) == ("/sortOrder", "ambiguous_column")


NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e6, 1e6)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner),
    max_leaves=5,
)


@given(VALUES, VALUES)
@settings(max_examples=times(300), deadline=None)
def test_only_values_with_the_same_canonical_bytes_are_equal(one: Any, other: Any) -> None:
    same = canonical(plain(one)) == canonical(plain(other))
    assert (list(value_differences(one, other)) == []) is same
    assert list(value_differences(one, one)) == []


@given(st.permutations(range(7)), st.integers(0, 7))
@settings(deadline=None)
def test_moving_the_rows_that_are_told_restores_the_order(places: list[int], kept: int) -> None:
    source, served = [str(place) for place in range(7)], [str(place) for place in places[:kept]]
    found = compared([{"slug": slug} for slug in source], rows(*served))
    moved = {one.key[0] for one in found if one.kind == "order" and one.key}
    assert [slug for slug in served if slug not in moved] == [
        slug for slug in source if slug in served and slug not in moved
    ]
    assert (not moved) is (served == sorted(served))
