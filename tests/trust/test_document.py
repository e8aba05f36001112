"""docs/reliability.md says of each claim how it is proven; this sees that it is."""

import re
from pathlib import Path

import pytest

from tests.promises import DOCUMENT, figures, recorded
from tests.trust.document import Claim, claims, numbers

ROOT = Path(__file__).parents[2]


def test_there_is_a_row_for_each_claim() -> None:
    assert [claim.number for claim in claims()] == list(range(1, 17))


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: str(claim.number))
def test_each_row_names_tests_that_tell_of_its_claim(claim: Claim) -> None:
    assert claim.text
    assert claim.files
    assert claim.quick
    assert claim.whole
    for name in claim.files:
        told = re.findall(r"\bpromise\(\s*(\d+),", (ROOT / name).read_text())
        assert str(claim.number) in told, f"{name} does not tell what claim {claim.number} was found to be"


def test_who_tells_of_a_claim_is_named() -> None:
    """Each test that calls promise(n, …) stands in the row of n."""
    rows = {claim.number: claim.files for claim in claims()}
    for path in (ROOT / "tests").rglob("test_*.py"):
        name = path.relative_to(ROOT).as_posix()
        for number in {int(found) for found in re.findall(r"\bpromise\(\s*(\d+),", path.read_text())}:
            assert name in rows[number], f"{name} is to stand in the row of {number}"


def test_each_number_says_how_it_is_set() -> None:
    assert len(numbers()) >= 20
    assert all(value and how for value, how in numbers().values())


def test_figures_of_a_run_take_the_place_of_those_before() -> None:
    text = "before\n```figures\n 5  old\n12  kept\n 5  old too\n```\nafter\n"
    assert recorded(text, [" 5  new"]) == "before\n```figures\n 5  new\n12  kept\n```\nafter\n"
    assert figures(recorded(text, [])) == [" 5  old", " 5  old too", "12  kept"]


def test_the_document_has_figures_of_claims_only() -> None:
    assert {int(line[:2]) for line in figures(DOCUMENT.read_text())} <= set(range(1, 17))
