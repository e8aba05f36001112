"""That the measurement of places reckons right, asks the store's own statement, and refuses other answers."""

import json
from typing import Any

import pytest

from bench.figures import spread
from bench.pois import SEARCHES, WAYS, Search, exponents, prove, report, side, spots
from tests.places import place, put
from wildside.domain.geometry import Point, metres
from wildside.inbound.http.servers import SERVERS

SPOT = Point(24.94, 60.17)


def rows(exponent: float) -> list[dict[str, Any]]:
    return [
        {
            "places": places, "radius": each.radius, "limit": each.limit,
            "ms": {way: spread([2.0 * places**exponent]) for way in WAYS}, "plan": "",
            "ratio": dict.fromkeys(SERVERS, spread([2.5])),
        }
        for places in (100, 1000, 10_000)
        for each in SEARCHES
    ]  # fmt: skip


@pytest.mark.parametrize("exponent", [0, 1])
def test_the_exponent_is_that_of_the_number_of_places(exponent: int) -> None:
    ways = dict.fromkeys(("SQL", *SERVERS), exponent)
    assert all(each == ways for each in exponents(rows(exponent)).values())


def test_the_table_has_every_search() -> None:
    lines = report({"rows": rows(0), "exponent": exponents(rows(0))}).splitlines()
    assert lines[2] == f"| 100 | 250 | 20 |{' 2.00 |' * len(WAYS)}{' 2.50 |' * len(SERVERS)}"
    assert len(lines) == 2 + 3 * len(SEARCHES) + 1 + 2 + len(SEARCHES)


def test_the_script_binds_every_parameter() -> None:
    script = Search(250, 20).script(SPOT)
    assert "$" not in script
    assert "null::text[]" in script
    assert f"\\set x {SPOT.position[0]!r}\n" in script
    assert "\\set rows 21\n" in script


def test_everybody_stands_within_the_city() -> None:
    for places in (2_000, 200_000):
        reach = side(places) * 1000 / 2
        assert all(metres(SPOT, spot) < reach for spot in spots(places))


def test_only_the_same_places_are_compared(seeded_url: str) -> None:
    places = [place(number, 24.94 + number / 10_000) for number in range(1, 4)]
    put(seeded_url, places)
    told = {"data": [{"id": str(one.id)} for one in places]}
    prove(seeded_url, lambda _path: json.dumps(told).encode(), Search(250, 20), SPOT)
    told["data"].reverse()
    with pytest.raises(SystemExit, match="other places"):
        prove(seeded_url, lambda _path: json.dumps(told).encode(), Search(250, 20), SPOT)
