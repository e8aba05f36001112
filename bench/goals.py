"""What was to be reached, and what was, drawn as bars: the same figures are the same picture.

python -m bench.goals [--svg FILE]
"""

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench import operations
from bench.figures import RESULTS, shown, table
from bench.picture import _STYLE
from bench.scale import exponents, kept

Results = Mapping[str, Any]
CONNECTIONS = 32
CASE, EACH_TIME = "bootstrap, br", "bootstrap by SQL"
FLAT, LINEAR = 0.2, 1.2
"""Exponents up to which a cost counts as flat, and as linear, in noise."""
PEERS = ("FastAPI", "Litestar", "Django")
ROWS = "200000"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is measured, and what it is to be at least, or at the most."""

    what: str
    target: float
    unit: str
    read: Callable[[Results], float]
    least: bool = False

    @property
    def spelled(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.target:g} {self.unit}".rstrip()

    def measured(self, results: Results) -> float | None:
        """Return the figure, or None where it was not measured."""
        try:
            return self.read(results)
        except (KeyError, StopIteration, ValueError):
            return None

    def reached(self, figure: float) -> float:
        """Return how far it is from the goal: 1 is just met, 2 is twice as good."""
        over, under = (figure, self.target) if self.least else (self.target, figure)
        return MOST if under <= 0 else min(MOST, max(1 / MOST, over / under))


MOST = 10.0
"""Better than this is drawn as this."""


def _row(results: Results, name: str, case: str) -> Mapping[str, Any]:
    rows: Sequence[Mapping[str, Any]] = results[name]["rows"]
    return next(row for row in rows if (row["connections"], row["case"]) == (CONNECTIONS, case))


def _ratio(name: str, case: str, *pairs: str) -> Callable[[Results], float]:
    """Read the lowest of some ratios."""
    return lambda results: min(float(_row(results, name, case)["ratio"][pair]["median"]) for pair in pairs)


def _peers(server: str) -> list[str]:
    return [f"Wildside, {server} / {peer}, {server}" for peer in PEERS]


def _times_sql(server: str) -> Callable[[Results], float]:
    name = f"Wildside, {server}"

    def read(results: Results) -> float:
        rates = [_row(results, "peers", case)["rate"][name]["median"] for case in (CASE, EACH_TIME)]
        return float(rates[0] / rates[1])

    return read


def _reseed(what: str) -> Callable[[Results], float]:
    return lambda results: float(results["seed"]["rows"][ROWS]["cases"]["unchanged"][what]["median"])


def _operation(unit: str, what: str) -> Callable[[Results], float]:
    return lambda results: float(results["operations"][unit][what]["median"])


def _grows(*costs: str, by: str) -> Callable[[Results], float]:
    """Read the highest exponent of costs that begin so."""
    return lambda results: max(
        exponent for what, unit, _, exponent in exponents(results) if what.startswith(costs) and unit == by
    )


GOALS = (
    Goal(
        "cached bootstrap on uvicorn, of nginx",
        0.65,
        "times",
        _ratio("peers", CASE, "Wildside, uvicorn / nginx"),
        True,
    ),
    Goal(
        "the same, of the best peer with the same bytes",
        1.5,
        "times",
        _ratio("peers", CASE, *_peers("uvicorn")),
        True,
    ),
    Goal("the same, of SQL at each request", 100, "times", _times_sql("uvicorn"), True),
    Goal(
        "cached bootstrap on Hypercorn, of the best peer there",
        1.3,
        "times",
        _ratio("peers", CASE, *_peers("Hypercorn")),
        True,
    ),
    Goal("the same, of SQL at each request", 100, "times", _times_sql("Hypercorn"), True),
    Goal("from a commit to new bytes", 0.020, "s", _operation("seconds", operations.NEWS)),
    Goal(
        "one row, of FastAPI + SQLAlchemy on uvicorn",
        2,
        "times",
        _ratio("people", "preferences, read", "Wildside, uvicorn / FastAPI, uvicorn"),
        True,
    ),
    Goal("unchanged re-seed of 200,000 rows, of COPY", 1.2, "times", _reseed("of COPY")),
    Goal("its versions", 0, "", _reseed("versions")),
    Goal("what it writes to the log", 0, "bytes", _reseed("WAL bytes")),
    Goal(
        "wildside up, an existing data directory",
        5,
        "s",
        _operation("seconds", "wildside up, an existing one"),
    ),
    Goal("wildside up, a new one", 15, "s", _operation("seconds", "wildside up, a new data directory")),
    Goal("memory, idle, Hypercorn", 90, "MB", _operation("MB", "hypercorn, idle, RSS")),
    Goal("memory, idle, uvicorn", 90, "MB", _operation("MB", "uvicorn, idle, RSS")),
    Goal(
        "memory of a listener",
        50,
        "KB",
        lambda results: float(results["listeners"]["memory"]["KB a listener"]),
    ),
    Goal("growth of page N", FLAT, "", _grows("a page of users", by="its number")),
    Goal("growth of the radius search", FLAT, "", _grows("places within", by="places")),
    Goal("growth of the delta, with rows", FLAT, "", _grows("delta of one change", by="reference rows")),
    Goal("growth of 304, with rows", FLAT, "", _grows("304", by="reference rows")),
    Goal(
        "growth of the bootstrap's build, with rows",
        LINEAR,
        "",
        _grows("newest release", by="reference rows"),
    ),
)

BAR, GAP, LEFT, WIDTH, RIGHT, TOP = 14, 8, 370, 300, 160, 44


def report(results: Results) -> str:
    """Return the goals as Markdown."""
    lines = []
    for goal in GOALS:
        figure = goal.measured(results)
        met = "not measured" if figure is None else "yes" if goal.reached(figure) >= 1 else "**no**"
        lines.append([goal.what, goal.spelled, "" if figure is None else _told(goal, figure), met])
    return table(["what", "goal", "measured", "met"], lines)


def _told(goal: Goal, figure: float) -> str:
    exponent = goal.target in {FLAT, LINEAR} and not goal.unit
    text = f"{figure:.2f}" if exponent else shown(figure) if figure else "0"
    return f"{text} {goal.unit}".rstrip()


def drawn(results: Results) -> str:
    """Return the picture: how many times each goal was met; the mark is the goal."""
    bottom, width = TOP + len(GOALS) * (BAR + GAP), LEFT + WIDTH + RIGHT
    title = "How far each figure is from its goal: right of the line it is met"
    x = _at(1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 24}" role="img">',
        f"<title>{escape(title)}</title>",
        _STYLE,
        f'<text x="8" y="20">{escape(title)}</text>',
    ]
    for tick in (1 / MOST, 1.0, MOST):
        label = {1.0: "goal"}.get(tick, f"{tick:g} times")
        parts.append(
            f'<text class="small" x="{_at(tick)}" y="{bottom + 14}" text-anchor="middle">{label}</text>'
        )
    for number, goal in enumerate(GOALS):
        parts += _bar(goal, goal.measured(results), TOP + number * (BAR + GAP))
    parts.append(f'<line class="line" x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{bottom}"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _at(reached: float) -> float:
    return round(LEFT + WIDTH * (math.log10(reached) / math.log10(MOST) + 1) / 2, 1)


def _bar(goal: Goal, figure: float | None, y: int) -> list[str]:
    parts = [f'<text x="{LEFT - 10}" y="{y + 11}" text-anchor="end">{escape(goal.what)}</text>']
    told, end = "not measured", float(LEFT)
    if figure is not None:
        reached = goal.reached(figure)
        end, told = max(_at(reached), LEFT + 1), f"{_told(goal, figure)} ({goal.spelled})"
        colour = "s1" if reached >= 1 else "s2"
        parts.append(
            f'<rect class="{colour}" x="{LEFT}" y="{y}" width="{round(end - LEFT, 1)}" height="{BAR}"/>'
        )
    parts.append(f'<text class="small" x="{end + 5}" y="{y + 11}">{escape(told)}</text>')
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.goals", description=__doc__)
    parser.add_argument("--svg", type=Path, default=RESULTS / "goals.svg")
    given = parser.parse_args()
    results = kept()
    given.svg.write_text(drawn(results))
    print(report(results))


if __name__ == "__main__":
    main()
