"""What a manifest and a renames file say."""

from typing import Any

import msgspec
import pytest

from wildside.domain.source import Manifest, Pairs, Problem, Rename, TableEntry, parse_renames


def parsed(*rows: Any) -> tuple[list[Rename], list[tuple[int, str, str]]]:
    renames, problems = parse_renames("renames.json", rows)
    return renames, [(problem.row, problem.pointer, problem.code) for problem in problems]


def test_a_problem_reads_as_file_row_pointer_code_message() -> None:
    problem = Problem("tags.json", 3, "/name", "untrimmed_text", "text begins or ends with white space")
    assert str(problem) == "tags.json:3:/name: untrimmed_text: text begins or ends with white space"


def test_problems_sort_by_file_and_number_of_the_row() -> None:
    problems = [Problem("b", 1, "", "", ""), Problem("a", 10, "", "", ""), Problem("a", 9, "/x", "", "")]
    assert [(problem.file, problem.row) for problem in sorted(problems)] == [("a", 9), ("a", 10), ("b", 1)]


def test_the_order_of_a_manifest_is_that_of_its_tables() -> None:
    manifest = Manifest(table=[TableEntry(name="tags"), TableEntry(name="badges")])
    assert manifest.order == ["tags", "badges"]


def test_a_manifest_has_a_guard_and_a_renames_file_unless_it_says_otherwise() -> None:
    manifest = Manifest(table=[])
    assert (manifest.max_shrink, manifest.renames, manifest.object_keys) == (0.2, "renames.json", {})


@pytest.mark.parametrize(("name", "limit"), [("tags", 0.0), ("badges", 0.3), ("elsewhere", 0.3)])
def test_a_tables_own_guard_goes_before_the_manifests_even_when_it_is_zero(name: str, limit: float) -> None:
    entries = [TableEntry(name="tags", max_shrink=0.0), TableEntry(name="badges")]
    assert Manifest(table=entries, max_shrink=0.3).shrink_limit(name) == limit


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"table": [], "colour": 1},
        {"table": [{"name": "a", "key": "b"}]},
        {"table": [{}]},
        {"table": "tags"},
    ],
)
def test_a_manifest_with_unknown_or_missing_members_is_refused(content: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(content, Manifest)


def test_a_rename_has_a_table_an_old_key_and_a_new_one() -> None:
    assert parsed({"table": "tags", "from": "a", "to": "b"}) == ([Rename("tags", ("a",), ("b",), 1)], [])


def test_a_composite_key_is_an_array() -> None:
    renames, _ = parsed({"table": "uses", "from": ["a", "b"], "to": ["a", 3]})
    assert renames == [Rename("uses", ("a", "b"), ("a", 3), 1)]


def test_a_retired_key_leads_to_null() -> None:
    assert parsed({"table": "tags", "from": "a", "to": None}) == ([Rename("tags", ("a",), None, 1)], [])


@pytest.mark.parametrize(
    "wrong",
    [
        "a",
        {"table": "tags", "from": "a"},
        {"table": "tags", "from": "a", "to": "b", "why": "c"},
        Pairs({"table": "tags", "from": "a", "to": "b"}, ("to",)),
    ],
)
def test_a_rename_with_other_members_is_refused(wrong: Any) -> None:
    assert parsed(wrong) == ([], [(1, "", "wrong_members")])


@pytest.mark.parametrize(
    ("old", "new"), [(None, "b"), ({"a": 1}, "b"), ("a", [["b"]]), ("a", 1.5), (["a", None], "b")]
)
def test_a_key_of_a_rename_is_text_or_texts(old: Any, new: Any) -> None:
    assert parsed({"table": "tags", "from": old, "to": new}) == ([], [(1, "", "wrong_type")])


def test_good_renames_are_kept_beside_bad_ones_with_their_rows() -> None:
    renames, problems = parsed(1, {"table": "tags", "from": "a", "to": "b"}, 2)
    assert renames == [Rename("tags", ("a",), ("b",), 2)]
    assert [row for row, _, _ in problems] == [1, 3]
