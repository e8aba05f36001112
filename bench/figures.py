"""Medians, spreads, ratios and slopes, and how they are printed and kept."""

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median, the lowest and the highest."""
    return {
        "median": _short(statistics.median(values)),
        "low": _short(min(values)),
        "high": _short(max(values)),
    }


def ratios(values: Sequence[float], others: Sequence[float]) -> dict[str, float]:
    """Return the spread of value / other, round by round: drift hits both alike."""
    return spread([value / other for value, other in zip(values, others, strict=True)])


def slope(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the exponent of the growth: 0 is flat, 1 is linear, 2 is quadratic."""
    logs = [[math.log(value) for value in values] for values in (sizes, times)]
    return round(statistics.linear_regression(*logs).slope, 2)


def _short(value: float) -> float:
    """Keep four digits: more would pretend to something."""
    return float(f"{value:.4g}")


def shown(value: float) -> str:
    """Print a number with as many digits as it deserves."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f}"


def with_spread(figure: Mapping[str, float]) -> str:
    """Print a median, and from where to where it went, if it was measured more than once."""
    if figure["low"] == figure["high"]:
        return shown(figure["median"])
    return f"{shown(figure['median'])} ({shown(figure['low'])}–{shown(figure['high'])})"  # noqa: RUF001


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def keep(path: Path, result: Mapping[str, Any]) -> None:
    """Write a result as JSON that reads well in a difference."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
