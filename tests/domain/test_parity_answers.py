"""Parity of answers: bytes, digests, tokens, what the server's word for keys may decide, and apps."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.builders import MOMENT
from wildside.domain.delta import full_answer
from wildside.domain.parity import Difference, Original, digest_of, original_of
from wildside.domain.parity_answers import (
    AppView,
    compare_app,
    compare_bootstrap,
    compare_table,
    compare_version,
    known_by_changes,
    read_answer,
)
from wildside.domain.release import Content, TableContent, Version, build_release
from wildside.domain.source import SourceFile

JSON = dict[str, Any]
TAGS: list[JSON] = [
    {"slug": "a", "sort_order": 1, "weight": 1.5},
    {"slug": "b", "sort_order": 2, "weight": 2},
]
PAIRS: list[JSON] = [{"one": "a", "two": 1}]
RELEASE = build_release(
    Content(
        Version("0a1b", 3, MOMENT),
        {
            "tags": TableContent(3, MOMENT, TAGS, ("slug",), ("sort_order", "slug")),
            "pairs": TableContent(2, MOMENT, PAIRS, ("one", "two"), ("one", "two")),
        },
    )
)
FILES = {"tags": SourceFile("tags.json", TAGS), "pairs": SourceFile("pairs.json", PAIRS)}
FULL = full_answer("parity.1-0000000000000000", RELEASE).content
BOOTSTRAP: JSON = json.loads(RELEASE.bootstrap.content)


def original() -> Original:
    tables, defaults = known_by_changes(FULL, FILES)
    return original_of(tables, FILES, defaults)


def fields(found: list[Difference]) -> list[tuple[str | None, str, str]]:
    return [(one.table, one.field, one.kind) for one in found]


def whole(content: bytes, compare: Callable[[JSON], Any]) -> list[Difference]:
    document, found = read_answer(content)
    return [*found, *compare(dict(document))] if document else found


def of_bootstrap(content: bytes) -> list[Difference]:
    return whole(content, lambda document: compare_bootstrap(original(), document))


def of_table(content: bytes, bootstrap: JSON = BOOTSTRAP) -> list[Difference]:
    return whole(content, lambda document: compare_table(original(), "tags", document, bootstrap))


def of_version(content: bytes, bootstrap: JSON = BOOTSTRAP) -> list[Difference]:
    return whole(content, lambda document: compare_version(original(), document, bootstrap))


def changed(content: bytes, **members: Any) -> bytes:
    return msgspec.json.encode({**json.loads(content), **members}, order="deterministic")


def test_the_release_of_the_source_is_equal() -> None:
    assert of_bootstrap(RELEASE.bootstrap.content) == []
    assert of_table(RELEASE.tables["tags"].content) == []
    assert of_version(RELEASE.summary.content) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"slug":"a"', b'"slug": "a"'),
        (b'"weight":2', b'"weight":2.0'),
        (b'"slug":"a","sortOrder":1', b'"sortOrder":1,"slug":"a"'),
        (b'"slug":"a"', b'"slug":"x","slug":"a"'),
        (b'"slug":"a"', b'"slug":"\\u0061"'),
        (b'"schemaVersion":1', b'"schemaVersion":1.0'),
        (b"1.5", b"1.50"),
    ],
)
def test_bytes_that_are_not_canonical_are_told(old: bytes, new: bytes) -> None:
    content = RELEASE.bootstrap.content
    assert old in content
    (found,) = of_bootstrap(content.replace(old, new, 1))
    assert (found.kind, found.table, found.key) == ("bytes", None, None)
    at = found.expected["at"]
    assert found.found["bytes"].encode() == content.replace(old, new, 1)[at : at + 30]


def test_more_bytes_after_the_same_are_told() -> None:
    (found,) = of_bootstrap(RELEASE.bootstrap.content + b"\n")
    assert (found.kind, found.expected["at"]) == ("bytes", len(RELEASE.bootstrap.content))


@pytest.mark.parametrize("content", [b"", b"<html>", RELEASE.bootstrap.content[:-1], b"\xff", b'{"a":NaN}'])
def test_what_is_no_json_is_told(content: bytes) -> None:
    assert [one.kind for one in of_bootstrap(content)] == ["unreadable"]


@pytest.mark.parametrize("content", [b"[]", b"null", b"3"])
def test_json_that_is_no_object_is_told(content: bytes) -> None:
    assert [one.kind for one in of_bootstrap(content)] == ["type"]


TOKEN, DIGEST = BOOTSTRAP["referenceVersion"], BOOTSTRAP["digests"]["tags"]

WRONG_MEMBERS: dict[str, tuple[JSON, str, str]] = {
    "another schema": ({"schemaVersion": 2}, "/schemaVersion", "value"),
    "a digest of other rows": ({"referenceVersion": "0a1b.3-0000000000000000"}, "/referenceVersion", "value"),
    "no token": ({"referenceVersion": "3"}, "/referenceVersion", "value"),
    "a token that is no text": ({"referenceVersion": 3}, "/referenceVersion", "type"),
    "no moment": ({"generatedAt": "yesterday"}, "/generatedAt", "value"),
    "a moment without microseconds": ({"generatedAt": "2026-01-01T00:00:00Z"}, "/generatedAt", "value"),
    "another digest": ({"digests": {**BOOTSTRAP["digests"], "tags": "0"}}, "/digests/tags", "value"),
    "no digest": ({"digests": {"tags": DIGEST}}, "/digests/pairs", "missing_field"),
    "a digest of nothing": ({"digests": {**BOOTSTRAP["digests"], "x": "0"}}, "/digests/x", "extra_field"),
    "no digests": ({"digests": None}, "/digests", "type"),
    "one more member": ({"etag": 1}, "/etag", "extra_field"),
}


@pytest.mark.parametrize(("members", "field", "kind"), WRONG_MEMBERS.values(), ids=WRONG_MEMBERS)
def test_what_a_bootstrap_says_of_itself_is_checked(members: JSON, field: str, kind: str) -> None:
    assert fields(of_bootstrap(changed(RELEASE.bootstrap.content, **members))) == [(None, field, kind)]


def test_rows_that_differ_are_told_though_their_digests_are_right() -> None:
    rows = [{**TAGS[0], "weight": 9}, TAGS[1]]
    other = build_release(replace(RELEASE.content, tables={
        **RELEASE.content.tables, "tags": replace(RELEASE.content.tables["tags"], rows=rows),
    }))  # fmt: skip
    assert fields(of_bootstrap(other.bootstrap.content)) == [("tags", "/weight", "value")]
    mixed = of_table(other.tables["tags"].content)
    assert ("tags", "/weight", "value") in fields(mixed)
    assert (None, "/referenceVersion", "value") in fields(mixed)
    assert (None, "/digests/tags", "value") in fields(mixed)
    assert fields(of_version(other.summary.content, json.loads(other.bootstrap.content))) == [
        ("tags", "/digest", "value")
    ]


@pytest.mark.parametrize("tables", [{}, {"tags": BOOTSTRAP["tables"]["tags"], "x": []}, None])
def test_an_answer_with_one_table_has_just_that(tables: Any) -> None:
    assert of_table(changed(RELEASE.tables["tags"].content, tables=tables)) != []


def test_a_table_is_compared_without_a_bootstrap_too() -> None:
    assert of_table(RELEASE.tables["tags"].content, {}) == []
    assert of_version(RELEASE.summary.content, {}) == []
    wrong = changed(RELEASE.tables["tags"].content, digests={"tags": "0"})
    assert fields(of_table(wrong, {})) == [(None, "/digests/tags", "value")]


SUMMARY = json.loads(RELEASE.summary.content)["tables"]


@pytest.mark.parametrize(
    ("tables", "field", "kind"),
    [
        ({**SUMMARY, "tags": {**SUMMARY["tags"], "rows": 3}}, "/rows", "value"),
        ({**SUMMARY, "tags": {**SUMMARY["tags"], "rows": "2"}}, "/rows", "type"),
        ({**SUMMARY, "tags": {**SUMMARY["tags"], "digest": "0"}}, "/digest", "value"),
        ({**SUMMARY, "tags": {**SUMMARY["tags"], "more": 1}}, "/more", "extra_field"),
        ({**SUMMARY, "tags": {"rows": 2, "digest": DIGEST, "version": 1}}, "/lastUpdated", "missing_field"),
        ({**SUMMARY, "tags": 2}, "", "type"),
        ({"pairs": SUMMARY["pairs"]}, "", "missing_table"),
        ({**SUMMARY, "x": {}}, "", "extra_table"),
        ([], "/tables", "type"),
    ],
)
def test_the_counts_and_digests_of_a_version_are_the_sources(tables: Any, field: str, kind: str) -> None:
    (found,) = of_version(changed(RELEASE.summary.content, tables=tables))
    assert (found.field, found.kind) == (field, kind)


def test_a_version_of_another_release_is_told() -> None:
    found = of_version(changed(RELEASE.summary.content, generatedAt="2027-01-01T00:00:00.000000Z"))
    assert fields(found) == [(None, "/generatedAt", "value")]


def learnt(source: list[JSON], served: list[JSON]) -> tuple[Any, JSON]:
    entry = {"key": ["slug"], "order": ["sortOrder", "slug"], "upserts": served}
    content = msgspec.json.encode({"tables": {"t": entry}})
    tables, defaults = known_by_changes(content, {"t": SourceFile("t.json", source)})
    return tables["t"], dict(defaults["t"][0])


def test_keys_and_orders_are_taken_from_a_server_in_the_sources_spelling() -> None:
    table, _ = learnt([{"slug": "a", "sort_order": 1}], [{"slug": "a", "sortOrder": 1, "icon": None}])
    assert (table.key, table.order) == (("slug",), ("sort_order", "slug"))
    assert {column.name for column in table.columns} == {"slug", "sort_order", "icon"}


@pytest.mark.parametrize(
    ("held", "default"),
    [
        ([7, 7, 7], {"n": 7}),
        ([None, None, None], {"n": None}),
        ([7, 7, 8], {"n": 7}),
        ([None, None, 8], {"n": None}),
        ([7, 7.0, 8], {"n": 7}),
        ([8, None, 9], {"n": None}),
        ([[], [], 1], {"n": []}),
    ],
)
def test_what_is_left_out_is_what_most_rows_hold(held: list[Any], default: JSON) -> None:
    source: list[JSON] = [{"slug": "given", "n": 8}, *({"slug": slug} for slug in "abc")]
    served = [{"slug": "given", "n": 8}]
    served += [{"slug": slug, "n": value} for slug, value in zip("abc", held, strict=True)]
    assert learnt(source, served)[1] == default


def test_a_column_that_no_row_gives_must_be_null() -> None:
    assert learnt([{"slug": "a"}], [{"slug": "a", "extra": 7}])[1] == {}
    source = {
        "tags": SourceFile("tags.json", [{k: v for k, v in row.items() if k != "weight"} for row in TAGS])
    }
    tables, defaults = known_by_changes(FULL, source)
    found = list(compare_bootstrap(original_of(tables, source, defaults), BOOTSTRAP))
    assert [one.field for one in found if one.table == "tags"] == ["/weight", "/weight"]


@pytest.mark.parametrize("content", [b"", b"{}", b'{"tables":{"t":null}}', b'{"tables":{"t":{"key":["a"]}}}'])
def test_another_answer_than_a_full_one_teaches_nothing(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        known_by_changes(content, FILES)


TABLES = BOOTSTRAP["tables"]
SEEN = AppView(
    "network",
    False,
    TOKEN,
    TABLES,
    TABLES,
    {name: {"rows": len(rows), "digest": digest_of(rows)} for name, rows in TABLES.items()},
)


def of_app(view: AppView, *, version: str | None = TOKEN) -> list[Difference]:
    return list(compare_app(original(), view, "network", False, version))


def test_an_app_that_got_the_source_is_equal() -> None:
    assert of_app(SEEN) == []
    assert of_app(replace(SEEN, version="packaged.1-0"), version=None) == []


OTHER = {**TABLES, "tags": [{**TABLES["tags"][0], "weight": 1}, TABLES["tags"][1]]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"source": "packaged"}, [(None, "/source", "value")]),
        ({"stale": True}, [(None, "/stale", "value")]),
        ({"version": "another"}, [(None, "/version", "value")]),
        ({"error": "no_snapshot: none"}, [(None, "", "no_answer")]),
        ({"single": OTHER}, [("tags", "/weight", "value")]),
        ({"tables": OTHER}, [("tags", "/weight", "value"), ("tags", "/digest", "value")]),
        ({"single": {"tags": TABLES["tags"]}}, [("pairs", "", "missing_table")]),
        (
            {"summaries": {**SEEN.summaries, "tags": {"rows": 1, "digest": DIGEST}}},
            [("tags", "/rows", "value")],
        ),
        ({"summaries": {"tags": SEEN.summaries["tags"]}}, [("pairs", "", "missing_table")]),
        ({"summaries": {**SEEN.summaries, "x": {"rows": 0, "digest": ""}}}, [("x", "", "extra_table")]),
    ],
)
def test_what_an_app_got_otherwise_is_told(change: JSON, expected: list[Any]) -> None:
    assert fields(of_app(replace(SEEN, **change))) == expected
