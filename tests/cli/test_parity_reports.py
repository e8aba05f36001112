"""What the comparison prints: one line for each difference, and nothing in it changed."""

from typing import Any

import pytest

from wildside.domain.parity import Difference, ParityReport, StageResult
from wildside.inbound.cli.parity_reports import as_data, describe, show_stage

WIDE = "x" * 500

LINES: dict[str, tuple[Difference, str]] = {
    "value": (
        Difference("tags", ("coffee",), "/localizations/es/name", "value", "Café", "Cafe"),
        'tags coffee /localizations/es/name: "Café" in the source, "Cafe" here',
    ),
    "type": (Difference("t", ("a", 1), "/on", "type", True, 1), "t a/1 /on: true in the source, 1 here"),
    "missing field": (
        Difference("t", ("a",), "/x", "missing_field", None),
        "t a /x: null in the source, not here",
    ),
    "extra field": (
        Difference("t", ("a",), "/x", "extra_field", None, [1]),
        "t a /x: not in the source, [1] here",
    ),
    "missing row": (Difference("t", ("a",), "", "missing_row", {}), "t a: in the source, not here"),
    "extra row": (Difference("t", ("a",), "", "extra_row", None, {}), "t a: here, not in the source"),
    "duplicate row": (Difference("t", ("a",), "", "duplicate_row"), "t a: here more than once"),
    "missing table": (Difference("t", None, "", "missing_table", 3), "t: in the source, not here"),
    "extra table": (Difference("t", None, "", "extra_table"), "t: here, not in the source"),
    "order": (
        Difference("t", ("a",), "", "order", ("b", 1), None),
        "t a: after b/1 in the source, first here",
    ),
    "row": (Difference("t", None, "/7", "unreadable_row", None, 3), "t /7: no row with a key: 3"),
    "status": (Difference("t", None, "", "status", 200, 404), "t: status 404 instead of 200"),
    "no answer": (Difference(None, None, "", "no_answer", None, "gone"), 'the answer: no answer: "gone"'),
    "adopted": (
        Difference("t", ("a",), "", "missing_row", {}, None, adopted=True),
        "t a: in the source, not here (an administrator holds the row)",
    ),
    "no emoji": (
        Difference("t", (":coffee:",), "/x", "value", "[red]:coffee:", "\n"),
        't :coffee: /x: "[red]:coffee:" in the source, "\\n" here',
    ),
    "nothing is cut off": (
        Difference("t", ("a",), "/x", "value", WIDE, ""),
        f't a /x: "{WIDE}" in the source, "" here',
    ),
}


@pytest.mark.parametrize(("difference", "line"), LINES.values(), ids=LINES)
def test_a_difference_is_one_line(
    difference: Difference, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert describe(difference) == line
    show_stage(StageResult("seeded", 1, 2, [difference]))
    assert (
        capsys.readouterr().out == f"seeded                 1 tables, 2 rows: 1 difference\nseeded: {line}\n"
    )


def test_every_difference_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    many = [Difference("t", (number,), "", "extra_row") for number in range(1000)]
    show_stage(StageResult("tables", 1, 1000, many))
    assert len(capsys.readouterr().out.splitlines()) == 1001
    found: Any = as_data(ParityReport([StageResult("tables", 1, 1000, many)]))
    assert (found["equal"], len(found["differences"]), found["stages"][0]["differences"]) == (
        False,
        1000,
        1000,
    )


def test_a_skipped_stage_is_neither_equal_nor_not(capsys: pytest.CaptureFixture[str]) -> None:
    stage = StageResult("seeded", skipped="no database was named")
    show_stage(stage)
    assert capsys.readouterr().out == "seeded                 skipped: no database was named\n"
    found: Any = as_data(ParityReport([stage]))
    assert (found["equal"], found["stages"][0]["equal"]) == (True, None)
