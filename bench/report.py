"""Put the figures of bench/results into docs/performance.md and README.md, between the markers there.

python -m bench.report [--write | --check]

It also draws goals.svg. `--check` leaves with 1 where a page says other than the figures.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench import (
    bootstrap,
    goals,
    listeners,
    operations,
    pages,
    people,
    pois,
    releases,
    scale,
    seed,
    workers,
)
from bench.figures import RESULTS
from bench.peers import __main__ as peers

PAGES = (Path(__file__).parents[1] / "docs" / "performance.md", Path(__file__).with_name("README.md"))
_PART = re.compile(r"(<!-- figures: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _of(name: str, report: Callable[[Any], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda results: report(results[name]) if name in results else "Not measured yet."


def _machines(results: Mapping[str, Any]) -> str:
    """Return what each command's figures were taken on, and how often."""
    lines = []
    for name, result in results.items():
        found = result["machine"]
        told = ", ".join(f"{what} {value}" for what, value in found.items() if not isinstance(value, dict))
        lines.append(f"- `bench.{name}`: {told}; rounds {result['rounds']}.")
    return "\n".join(lines)


PARTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "goals": goals.report,
    "machine": _machines,
    "bootstrap": _of("bootstrap", lambda result: bootstrap.report(result["rows"])),
    "peers": _of("peers", lambda result: peers.report(result["rows"])),
    "people": _of("people", lambda result: peers.report(result["rows"], people.SERVING)),
    "releases": _of("releases", releases.report),
    "pages": _of("pages", pages.report),
    "places": _of("pois", pois.report),
    "seed": _of("seed", seed.report),
    "operations": _of("operations", operations.report),
    "listeners": _of("listeners", listeners.report),
    "workers": _of("workers", workers.report),
    "growth": lambda results: scale.report(scale.exponents(results)),
}


def filled(page: str, results: Mapping[str, Any]) -> str:
    """Return a page with the figures of now. Raises KeyError for a marker that names no figures."""
    return _PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]](results)}\n\n{part[3]}", page)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="bring the pages and the picture in step")
    what.add_argument("--check", action="store_true", help="only look")
    given = parser.parse_args()
    results, picture = scale.kept(), RESULTS / "goals.svg"
    wanted = {page: filled(page.read_text(), results) for page in PAGES} | {picture: goals.drawn(results)}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if given.write:
            path.write_text(wanted[path])
        print(f"{'wrote' if given.write else 'out of step:'} {path.name}", file=sys.stderr)
    return int(bool(stale and given.check))


if __name__ == "__main__":
    sys.exit(main())
