"""Draw the bars of bench/results: the same figures are the same picture, byte for byte.

python -m bench.picture [--connections 32] [NAME …]

Without a name it draws bootstrap, peers and people, as far as they were measured.
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from bench.figures import RESULTS, shown

BAR, GAP, LEFT, WIDTH, RIGHT = 16, 18, 170, 460, 130
TOP, LINE, COLUMN = 46, 18, 145
"""Above the legend's first line; a line of it, and a name in it."""
ACROSS = 4
"""Names in a line of the legend."""
PICTURES = ("bootstrap", "peers", "people")
SERVERS = ("nginx", "Wildside", "SQL at each request")
_STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.small { font-size: 11px; fill: #57606a }
.line { stroke: #d0d7de }
.s0 { fill: #8c959f } .s1 { fill: #1a7f37 } .s2 { fill: #bf8700 } .s3 { fill: #0969da } .s4 { fill: #8250df }
.light { opacity: 0.55 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1 } .line { stroke: #3d444d }
.s0 { fill: #6e7681 } .s1 { fill: #3fb950 } .s2 { fill: #d29922 } .s3 { fill: #4493f8 } .s4 { fill: #ab7df8 }
}
</style>"""


def drawn(result: Mapping[str, Any], connections: int) -> str:
    """Return the picture for one number of connections."""
    rows = [row for row in result["rows"] if row["connections"] == connections]
    servers, decades = result.get("servers", SERVERS), _decades(rows)
    top = TOP + LINE * math.ceil(len(servers) / ACROSS)
    heights = [len(_shown(row, servers)) * BAR + GAP for row in rows]
    bottom, width = top + sum(heights), LEFT + WIDTH + RIGHT
    plural = "s" * (connections > 1)
    title = f"Answers a second on {connections} connection{plural}; each step is ten times as many"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 24}" role="img">',
        f"<title>{escape(title)}</title>",
        _STYLE,
        f'<text x="8" y="20">{escape(title)}</text>',
        *_legend(servers),
        *_grid(decades, top, bottom),
    ]
    for number, row in enumerate(rows):
        parts += _group(row, servers, top + sum(heights[:number]), decades)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return the powers of ten that the axis begins and ends with."""
    rates = [figure["median"] for row in rows for figure in row["rate"].values()]
    return math.floor(math.log10(min(rates))), math.ceil(math.log10(max(rates)))


def _at(value: float, decades: tuple[int, int]) -> float:
    first, last = decades
    return round(LEFT + WIDTH * (math.log10(value) - first) / (last - first), 1)


def _shown(row: Mapping[str, Any], servers: Sequence[str]) -> list[str]:
    """Return who was asked this."""
    return [name for name in servers if name in row["rate"]]


def _colour(name: str, servers: Sequence[str]) -> str:
    """Return the classes of a bar: one colour for each application, lighter on each further server."""
    applications = list(dict.fromkeys(each.partition(",")[0] for each in servers))
    application = name.partition(",")[0]
    first = next(each for each in servers if each.partition(",")[0] == application)
    return f"s{applications.index(application)}" + (" light" if name != first else "")


def _legend(servers: Sequence[str]) -> list[str]:
    parts = []
    for number, name in enumerate(servers):
        x, y = LEFT + number % ACROSS * COLUMN, TOP - 12 + number // ACROSS * LINE
        parts.append(f'<rect class="{_colour(name, servers)}" x="{x}" y="{y}" width="10" height="10"/>')
        parts.append(f'<text class="small" x="{x + 15}" y="{y + 9}">{escape(name)}</text>')
    return parts


def _grid(decades: tuple[int, int], top: int, bottom: int) -> list[str]:
    parts = []
    for power in range(decades[0], decades[1] + 1):
        x, label = _at(10.0**power, decades), f"{10.0**power:,.{max(0, -power)}f}"
        parts.append(f'<line class="line" x1="{x}" y1="{top - 8}" x2="{x}" y2="{bottom - GAP + 6}"/>')
        parts.append(f'<text class="small" x="{x}" y="{bottom + 6}" text-anchor="middle">{label}</text>')
    return parts


def _group(row: Mapping[str, Any], servers: Sequence[str], top: int, decades: tuple[int, int]) -> list[str]:
    shown_here = _shown(row, servers)
    middle = top + len(shown_here) * BAR / 2 + 4
    parts = [f'<text x="{LEFT - 10}" y="{middle}" text-anchor="end">{escape(row["case"])}</text>']
    for number, name in enumerate(shown_here):
        rate = row["rate"][name]["median"]
        y, end = top + number * BAR, _at(rate, decades)
        size = f'width="{round(end - LEFT, 1)}" height="{BAR - 3}"'
        parts.append(f'<rect class="{_colour(name, servers)}" x="{LEFT}" y="{y}" {size}/>')
        parts.append(f'<text class="small" x="{end + 5}" y="{y + 11}">{shown(rate)}</text>')
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.picture", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PICTURES)}")
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args()
    for name in given.names or PICTURES:
        path = RESULTS / f"{name}.json"
        if path.exists():
            (RESULTS / f"{name}.svg").write_text(drawn(json.loads(path.read_text()), given.connections))


if __name__ == "__main__":
    main()
