"""Draw the bars of bench/results/bootstrap.json: the same figures are the same picture, byte for byte.

python -m bench.picture [--json FILE] [--svg FILE]
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench.figures import RESULTS, shown

BAR, GAP, LEFT, WIDTH, RIGHT = 16, 18, 170, 460, 130
TOP = 64
SERVERS = ("nginx", "Wildside", "SQL at each request")
_STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.small { font-size: 11px; fill: #57606a }
.line { stroke: #d0d7de }
.s0 { fill: #8c959f } .s1 { fill: #1a7f37 } .s2 { fill: #bf8700 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1 } .line { stroke: #3d444d }
.s0 { fill: #6e7681 } .s1 { fill: #3fb950 } .s2 { fill: #d29922 }
}
</style>"""


def drawn(result: Mapping[str, Any], connections: int) -> str:
    """Return the picture for one number of connections."""
    rows = [row for row in result["rows"] if row["connections"] == connections]
    decades = _decades(rows)
    bottom = TOP + len(rows) * (len(SERVERS) * BAR + GAP)
    width = LEFT + WIDTH + RIGHT
    plural = "s" * (connections > 1)
    title = f"Answers a second on {connections} connection{plural}; each step is ten times as many"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 24}" role="img">',
        f"<title>{escape(title)}</title>",
        _STYLE,
        f'<text x="8" y="20">{escape(title)}</text>',
        *_legend(),
        *_grid(decades, bottom),
    ]
    for number, row in enumerate(rows):
        parts += _group(row, TOP + number * (len(SERVERS) * BAR + GAP), decades)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return the powers of ten that the axis begins and ends with."""
    rates = [figure["median"] for row in rows for figure in row["rate"].values()]
    return math.floor(math.log10(min(rates))), math.ceil(math.log10(max(rates)))


def _at(value: float, decades: tuple[int, int]) -> float:
    first, last = decades
    return round(LEFT + WIDTH * (math.log10(value) - first) / (last - first), 1)


def _legend() -> list[str]:
    parts = []
    for number, name in enumerate(SERVERS):
        x = LEFT + number * 130
        parts.append(f'<rect class="s{number}" x="{x}" y="34" width="10" height="10"/>')
        parts.append(f'<text class="small" x="{x + 15}" y="43">{escape(name)}</text>')
    return parts


def _grid(decades: tuple[int, int], bottom: int) -> list[str]:
    parts = []
    for power in range(decades[0], decades[1] + 1):
        x, label = _at(10.0**power, decades), f"{10.0**power:,.{max(0, -power)}f}"
        parts.append(f'<line class="line" x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{bottom - GAP + 6}"/>')
        parts.append(f'<text class="small" x="{x}" y="{bottom + 6}" text-anchor="middle">{label}</text>')
    return parts


def _group(row: Mapping[str, Any], top: int, decades: tuple[int, int]) -> list[str]:
    middle = top + len(SERVERS) * BAR / 2 + 4
    parts = [f'<text x="{LEFT - 10}" y="{middle}" text-anchor="end">{escape(row["case"])}</text>']
    for number, name in enumerate(SERVERS):
        rate = row["rate"][name]["median"]
        y, end = top + number * BAR, _at(rate, decades)
        parts.append(
            f'<rect class="s{number}" x="{LEFT}" y="{y}" width="{round(end - LEFT, 1)}" height="{BAR - 3}"/>'
        )
        parts.append(f'<text class="small" x="{end + 5}" y="{y + 11}">{shown(rate)}</text>')
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.picture", description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULTS / "bootstrap.json")
    parser.add_argument("--svg", type=Path, default=RESULTS / "bootstrap.svg")
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args()
    given.svg.write_text(drawn(json.loads(given.json.read_text()), given.connections))


if __name__ == "__main__":
    main()
