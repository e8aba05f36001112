"""That the measurement of pages reckons right, and refuses pages that are not the same."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from bench.figures import spread
from bench.pages import WAYS, Place, exponents, links, prove, report

KEY = (datetime(2025, 1, 1, tzinfo=UTC), UUID(int=1))
PLACE = Place(2, KEY, KEY)


def figures(exponent: float) -> dict[int, dict[str, dict[str, float]]]:
    return {page: {way: spread([2.0 * page**exponent]) for way in WAYS} for page in (1, 100, 1000)}


@pytest.mark.parametrize("exponent", [0, 1])
def test_the_exponent_is_that_of_the_pages_number(exponent: int) -> None:
    assert exponents(figures(exponent)) == dict.fromkeys(WAYS, exponent)


def test_the_table_has_every_page_and_how_each_way_grows() -> None:
    found = {str(page): ways for page, ways in figures(1).items()}
    one = {"ms": found, "exponent": dict.fromkeys(WAYS, 1.0)}
    lines = report({"users": {"10000": one, "1000000": one}}).splitlines()
    assert lines[2] == "| 10,000 | 1 | " + " | ".join(["2.00"] * len(WAYS)) + " |"
    assert lines[5].startswith("| 10,000 | exponent | 1.0 ")
    assert lines[-1] == "| all | exponent | " + " | ".join(["0.0"] * len(WAYS)) + " |"


class Rows:
    async def fetch(self, *_: Any) -> list[dict[str, Any]]:
        return [{"id": UUID(int=1)}, {"id": UUID(int=2)}]


async def test_only_pages_that_are_the_same_are_compared() -> None:
    right = {"data": [{"id": str(UUID(int=1))}, {"id": str(UUID(int=2))}]}
    await prove(Rows(), lambda _link: right, PLACE)
    back = links(PLACE)["HTTP prev"]
    with pytest.raises(SystemExit, match="page 2: HTTP prev reads another page"):
        await prove(Rows(), lambda link: {"data": right["data"][::-1]} if link == back else right, PLACE)
