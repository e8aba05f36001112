"""That the measurements reckon right, and refuse rounds that measured nothing."""

import pytest

from bench.figures import ratios, slope, spread
from bench.picture import drawn
from bench.wrk import Refused, parsed

ERRORS = '"errors": {"connect": 0, "read": 0, "write": 0, "timeout": 0, "status": %d}'
REPORT = (
    'noise\nREPORT {"requests": %d, "microseconds": 2000000, "bytes": 5000, "p50": 1500, '
    '"p99": 2500, "longest": 9000, ' + ERRORS + "}\n"
)


def test_a_spread_is_the_median_and_the_ends() -> None:
    assert spread([9.0, 1.0, 4.0]) == {"median": 4.0, "low": 1.0, "high": 9.0}


def test_ratios_are_of_the_same_round() -> None:
    # Both slow in the second round: side by side nothing changed, medians apart would say 10.
    assert ratios([100.0, 10.0, 100.0], [10.0, 1.0, 10.0]) == {"median": 10.0, "low": 10.0, "high": 10.0}
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize("exponent", [0, 1, 2])
def test_a_slope_is_the_exponent(exponent: int) -> None:
    assert slope([1, 10, 100], [3.0 * size**exponent for size in (1, 10, 100)]) == exponent


def test_a_round_is_read_in_seconds_and_milliseconds() -> None:
    seen = parsed(REPORT % (50, 0))
    assert (seen.rate, seen.size, seen.p50, seen.p99, seen.longest) == (25.0, 100.0, 1.5, 2.5, 9.0)


@pytest.mark.parametrize(("answers", "bad"), [(50, 1), (0, 0)])
def test_a_round_with_bad_answers_or_none_is_refused(answers: int, bad: int) -> None:
    with pytest.raises(Refused):
        parsed(REPORT % (answers, bad))


def test_the_same_figures_are_the_same_picture() -> None:
    rates = {"nginx": 70000.0, "Wildside": 4000.0, "SQL at each request": 0.7}
    rate = {name: spread([each]) for name, each in rates.items()}
    result = {"rows": [{"connections": 32, "case": "a <b> & c", "rate": rate}]}
    picture = drawn(result, 32)
    assert picture == drawn(result, 32)
    assert "a &lt;b&gt; &amp; c" in picture
    assert picture.count('<rect class="s') == 6
