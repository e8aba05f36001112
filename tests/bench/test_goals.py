"""That goals are judged right, drawn alike, and told on the page as they were measured."""

from typing import Any

import pytest

from bench.figures import RESULTS
from bench.goals import GOALS, LEFT, WIDTH, Goal, drawn, report
from bench.report import PAGES, PARTS, filled
from bench.scale import exponents, kept

LEAST = Goal("a <rate>", 2.0, "times", lambda results: float(results["rate"]), least=True)
MOST = Goal("a time", 5.0, "s", lambda results: float(results["time"]))
NONE = Goal("versions", 0.0, "", lambda results: float(results["versions"]))


@pytest.mark.parametrize(
    ("goal", "figure", "reached"),
    [
        (LEAST, 4.0, 2.0), (LEAST, 1.0, 0.5), (MOST, 2.5, 2.0), (MOST, 10.0, 0.5), (MOST, 0.0, 10.0),
        (MOST, -0.1, 10.0), (NONE, 0.0, 10.0), (NONE, 1.0, 0.1), (LEAST, 1000.0, 10.0), (MOST, 5.0, 1.0),
    ],
)  # fmt: skip
def test_a_goal_is_reached_so_many_times(goal: Goal, figure: float, reached: float) -> None:
    assert goal.reached(figure) == pytest.approx(reached)


def test_what_was_not_measured_is_told_so() -> None:
    assert LEAST.measured({}) is None
    lines = report({}).splitlines()
    assert len(lines) == 2 + len(GOALS)
    assert all(line.endswith("| not measured |") for line in lines[2:])


def test_what_is_missed_is_told_so() -> None:
    listeners: dict[str, Any] = {"memory": {"KB a listener": 51.0}}
    (line,) = [each for each in report({"listeners": listeners}).splitlines() if "51.0 KB" in each]
    assert line.endswith("| **no** |")


def test_a_bar_reaches_the_mark_where_the_goal_is_just_met() -> None:
    picture = drawn({"listeners": {"memory": {"KB a listener": 50.0}}})
    assert f'class="s1" x="{LEFT}"' in picture
    assert f'width="{WIDTH / 2}"' in picture
    assert picture == drawn({"listeners": {"memory": {"KB a listener": 50.0}}})


def test_a_cost_without_figures_has_no_exponent() -> None:
    assert exponents({}) == []
    ms = {"10": {"median": 1.0}, "100": {"median": 10.0}}
    costs = {"304": {"grows with": "rows", "ms": ms, "exponent": 1.0}}
    assert exponents({"scale": {"costs": costs}}) == [("304", "rows", {"10": 1.0, "100": 10.0}, 1.0)]


def test_the_page_and_the_picture_tell_what_was_measured() -> None:
    """`python -m bench.report --write` brings them in step."""
    pages, results = [page.read_text() for page in PAGES], kept()
    assert {name for name in PARTS if f"<!-- figures: {name} -->" in "".join(pages)} == set(PARTS)
    assert [filled(page, results) for page in pages] == pages
    assert drawn(results) == (RESULTS / "goals.svg").read_text()


def test_only_what_is_between_the_markers_is_replaced() -> None:
    page = "before\n<!-- figures: seed -->\nold\n<!-- end -->\nafter\n"
    assert filled(page, {}) == "before\n<!-- figures: seed -->\n\nNot measured yet.\n\n<!-- end -->\nafter\n"
    with pytest.raises(KeyError):
        filled("<!-- figures: nonsense -->\n<!-- end -->", {})
