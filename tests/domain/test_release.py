"""A release: the same content is the same bytes, and whatever differs shows in token or tag."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import MOMENT, row
from wildside.domain.reference import Row
from wildside.domain.release import (
    SCHEMA_VERSION,
    Content,
    TableContent,
    Version,
    build_release,
    camel_case,
    canonical,
    rfc_3339,
)

VERSION = Version("epoch", 3, MOMENT)
LATER = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)


def content(version: Version = VERSION, /, **tables: Sequence[Row]) -> Content:
    return Content(version, {name: TableContent(2, LATER, rows) for name, rows in tables.items()})


def digest(of: Content) -> str:
    return build_release(of).token.partition("-")[2]


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def shuffled(value: Any) -> Any:
    """The same value with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {name: shuffled(value[name]) for name in reversed(value)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


class TestCanonical:
    @settings(deadline=None)
    @given(JSON)
    def test_decoding_and_encoding_changes_nothing(self, value: Any) -> None:
        once = canonical(value)
        assert canonical(msgspec.json.decode(once)) == once
        assert canonical(json.loads(once)) == once

    @settings(deadline=None)
    @given(JSON)
    def test_the_order_of_members_does_not_matter(self, value: Any) -> None:
        assert canonical(shuffled(value)) == canonical(value)

    @settings(deadline=None)
    @given(st.dictionaries(TEXT, st.none()))
    def test_members_stand_in_the_order_of_code_points(self, value: dict[str, None]) -> None:
        assert list(json.loads(canonical(value))) == sorted(value)

    def test_a_character_beyond_the_first_plane_comes_after_all_within_it(self) -> None:
        """UTF-16, which JavaScript and RFC 8785 sort by, has it the other way round."""
        assert canonical({"𝄞": 2, "\uffff": 1}) == '{"\uffff":1,"𝄞":2}'.encode()

    def test_a_short_name_comes_before_a_longer_one_that_begins_with_it(self) -> None:
        assert canonical({"ab": 1, "a": 2, "B": 3}) == b'{"B":3,"a":2,"ab":1}'

    def test_there_is_no_white_space_and_no_escape_that_utf_8_spares(self) -> None:
        value = {"name": "Café 𝄞", "list": [1, {"a": None}]}
        assert canonical(value) == '{"list":[1,{"a":null}],"name":"Café 𝄞"}'.encode()

    def test_the_order_of_a_list_is_kept(self) -> None:
        assert canonical([3, 1, 2]) == b"[3,1,2]"


@pytest.mark.parametrize(
    ("column", "member"),
    [("slug", "slug"), ("sort_order", "sortOrder"), ("metres_per_long_unit", "metresPerLongUnit")],
)
def test_a_column_is_spelled_in_camel_case(column: str, member: str) -> None:
    assert camel_case(column) == member


@pytest.mark.parametrize(
    ("moment", "rendered"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000000Z"),
        (datetime(2026, 1, 1, 12, 0, 0, 50, tzinfo=UTC), "2026-01-01T12:00:00.000050Z"),
        (datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2025-12-31T23:00:00.000000Z"),
        (datetime(999, 1, 1, tzinfo=UTC), "0999-01-01T00:00:00.000000Z"),
    ],
)
def test_a_moment_is_rendered_in_utc_with_microseconds(moment: datetime, rendered: str) -> None:
    assert rfc_3339(moment) == rendered


class TestToken:
    def test_it_is_epoch_version_and_digest(self) -> None:
        assert re.fullmatch(r"epoch\.3-[0-9a-f]{16}", build_release(content(tags=[row("a")])).token)

    @pytest.mark.parametrize(
        "other",
        [Version("other", 3, MOMENT), Version("epoch", 4, MOMENT), Version("epoch", 3, LATER)],
    )
    def test_its_digest_is_of_the_content_alone(self, other: Version) -> None:
        assert digest(content(other, tags=[row("a")])) == digest(content(tags=[row("a")]))

    def test_its_digest_does_not_depend_on_the_versions_of_tables(self) -> None:
        one = content(tags=[row("a")])
        other = Content(VERSION, {"tags": replace(one.tables["tags"], version=1, last_updated=MOMENT)})
        assert digest(one) == digest(other)

    @pytest.mark.parametrize(
        "tables",
        [
            {"tags": [row("b")]},
            {"tags": [row("a", name="Ä")]},
            {"tags": [row("a"), row("b")]},
            {"tags": []},
            {"badges": [row("a")]},
            {"tags": [row("a")], "badges": []},
        ],
    )
    def test_its_digest_changes_with_the_content(self, tables: Mapping[str, Sequence[Row]]) -> None:
        assert digest(content(**tables)) != digest(content(tags=[row("a")]))

    def test_its_digest_changes_with_the_order_of_rows(self) -> None:
        assert digest(content(tags=[row("a"), row("b")])) != digest(content(tags=[row("b"), row("a")]))


class TestBodies:
    def test_the_same_content_is_the_same_bytes_whatever_order_it_came_in(self) -> None:
        one = content(tags=[row("a", notes={"x": 1, "y": 2})], badges=[row("b")])
        other = content(badges=[row("b")], tags=[shuffled(row("a", notes={"x": 1, "y": 2}))])
        assert build_release(one) == build_release(other)

    def test_a_tables_body_is_its_part_of_the_bootstrap(self) -> None:
        release = build_release(content(tags=[row("a")], badges=[row("b")]))
        bootstrap = json.loads(release.bootstrap.content)
        for member in ("tables", "digests"):
            bootstrap[member] = {"tags": bootstrap[member]["tags"]}
        assert json.loads(release.tables["tags"].content) == bootstrap

    def test_members_of_localised_text_are_not_respelled(self) -> None:
        release = build_release(content(tags=[{"some_texts": {"en_GB": {"short_label": "x"}}}]))
        assert json.loads(release.bootstrap.content)["tables"]["tags"] == [
            {"someTexts": {"en_GB": {"short_label": "x"}}}
        ]

    @pytest.mark.parametrize(
        "other",
        [
            content(tags=[row("b")], badges=[]),
            content(Version("epoch", 4, MOMENT), tags=[row("a")], badges=[]),
            content(Version("other", 3, MOMENT), tags=[row("a")], badges=[]),
            content(Version("epoch", 3, LATER), tags=[row("a")], badges=[]),
        ],
    )
    def test_every_tag_differs_where_its_bytes_differ(self, other: Content) -> None:
        ours, theirs = build_release(content(tags=[row("a")], badges=[])), build_release(other)
        for one, two in [
            (ours.bootstrap, theirs.bootstrap),
            (ours.summary, theirs.summary),
            (ours.tables["tags"], theirs.tables["tags"]),
        ]:
            assert one.content != two.content
            assert one.etag != two.etag

    def test_every_body_of_a_release_has_a_tag_of_its_own(self) -> None:
        release = build_release(content(tags=[row("a")], badges=[row("a")]))
        bodies = [release.summary, release.bootstrap, *release.tables.values()]
        assert len({body.etag for body in bodies}) == 4

    def test_a_tag_is_strong_and_quoted(self) -> None:
        assert re.fullmatch(r'"[0-9a-f]{32}"', build_release(content()).bootstrap.etag)

    def test_a_release_without_rows_has_empty_tables(self) -> None:
        assert json.loads(build_release(content(tags=[])).bootstrap.content)["tables"] == {"tags": []}


SHAPES = {
    1: (
        '{"generatedAt":"2026-01-01T00:00:00.000000Z","referenceVersion":"epoch.3-7da9078a35aeef8c",'
        '"schemaVersion":1,"tables":{"tags":{"digest":'
        '"793d72cadfb39c218cab31d4dd71e077c548daa97f80a08b8e15cbbcc2554138","lastUpdated":"2026-01-02T03:04:05.678900Z","rows":1,"version":2}}}',
        '{"digests":{"tags":"793d72cadfb39c218cab31d4dd71e077c548daa97f80a08b8e15cbbcc2554138"},'
        '"generatedAt":"2026-01-01T00:00:00.000000Z","referenceVersion":"epoch.3-7da9078a35aeef8c",'
        '"schemaVersion":1,"tables":{"tags":[{"isOpen":true,"name":"A","notes":null,"slug":"a","sortOrder":1}]}}',
    ),
}
"""schemaVersion → (summary, bootstrap). Never edit an entry that was released: clients read by it.
A new shape is a new entry, under a SCHEMA_VERSION raised by hand."""


def test_the_shape_of_a_payload_changes_only_with_the_schema_version() -> None:
    release = build_release(content(tags=[row("a", notes=None, is_open=True)]))
    bodies = (release.summary.content.decode(), release.bootstrap.content.decode())
    assert bodies == SHAPES[SCHEMA_VERSION]
    assert release.tables["tags"] == release.bootstrap
