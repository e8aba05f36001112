"""Reference data a second, side by side: Wildside, nginx with the same bytes, and SQL at each request.

python -m bench.bootstrap [--rounds N] [--seconds S] [--connections 1,32] [--json FILE]
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cases import BASE, Case, cases, fetched, proven
from bench.figures import RESULTS, keep, ratios, spread, table, with_spread
from bench.machine import machine
from bench.nginx import nginx
from bench.processes import edit, interruptible, leave_when_told, needed, serving, up
from bench.rounds import Measured, Question, asking
from bench.wrk import Load

OURS, LIMIT, SQL = "Wildside", "nginx", "SQL at each request"
MOST = {SQL: 4}
"""Connections that a server is asked on at the most: two keep this one busy, and more would only wait."""


@dataclass(frozen=True, slots=True)
class Place:
    """Three servers that answer alike, and what to ask them."""

    ports: Mapping[str, int]
    cases: Sequence[Case]
    headers: Mapping[str, Mapping[str, Mapping[str, str]]]
    """case → server → headers"""
    machine: Mapping[str, Any]


@contextmanager
def place() -> Iterator[Place]:
    """Start the three, make one edit, and prove that all answer alike."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wildside-bench-")))
        ours, database = stack.enter_context(up(folder))
        old = _token(ours.port)
        edit(database, "mug")
        asked = cases(old, _token(ours.port))
        words = ("bench.per_request", "serve", "--port", "0", "--database-url", database)
        sql = stack.enter_context(serving(folder, "sql", *words))
        limit = stack.enter_context(nginx(folder / "nginx", asked, ours.port))
        ports = {OURS: ours.port, LIMIT: limit.port, SQL: sql.port}
        headers = {case.name: proven(ports, case) for case in asked}
        yield Place(ports, asked, headers, machine(database, ("nginx", "wrk")))


def _token(port: int) -> str:
    summary = json.loads(fetched(port, f"{BASE}/version", {"Accept-Encoding": "identity"}).content)
    return str(summary["referenceVersion"])


def measured(at: Place, rounds: int, seconds: int, connections: Sequence[int]) -> Measured:
    """Ask server after server, beginning with another in each round: drift hits all alike."""
    found: Measured = defaultdict(list)
    names = list(at.ports)
    for number in range(rounds):
        order = names[number % 3 :] + names[: number % 3]
        for count in connections:
            for case in at.cases:
                for name in order:
                    found[count, case.name, name].append(_one(at, case, name, count, seconds))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    for case in at.cases:
        proven(at.ports, case)
    return found


def _one(at: Place, case: Case, name: str, connections: int, seconds: int) -> Load:
    headers, most = at.headers[case.name][name], MOST.get(name, connections)
    question = Question(at.ports[name], case.path, headers, most, case.known)
    return asking(f"{case.name}, {name}", question, seconds)(connections)


def summary(found: Measured) -> list[dict[str, Any]]:
    """Return a row for each number of connections and case."""
    rows = []
    for count, case in dict.fromkeys((count, case) for count, case, _ in found):
        loads = {name: found[count, case, name] for name in (OURS, LIMIT, SQL)}
        rates = {name: [one.rate for one in each] for name, each in loads.items()}
        rows.append(
            {
                "connections": count,
                "case": case,
                "rate": {name: spread(each) for name, each in rates.items()},
                "p50": {name: spread([one.p50 for one in each]) for name, each in loads.items()},
                "p99": {name: spread([one.p99 for one in each]) for name, each in loads.items()},
                "of nginx": ratios(rates[OURS], rates[LIMIT]),
                "times SQL": ratios(rates[OURS], rates[SQL]),
            }
        )
    return rows


def report(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows as Markdown, a table for each number of connections."""
    head = ["answers a second", OURS, LIMIT, SQL, "of nginx", "times SQL", "p50 ms", "p99 ms"]
    parts = []
    for count in dict.fromkeys(row["connections"] for row in rows):
        lines = [
            [
                row["case"],
                *(with_spread(row["rate"][name]) for name in (OURS, LIMIT, SQL)),
                *(with_spread(row[name]) for name in ("of nginx", "times SQL")),
                *(with_spread(row[name][OURS]) for name in ("p50", "p99")),
            ]
            for row in rows
            if row["connections"] == count
        ]
        parts.append(f"{count} connection{'s' * (count > 1)}\n\n{table(head, lines)}\n")
    return "\n".join(parts)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.bootstrap", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each round, case and server")
    parser.add_argument("--connections", default="1,32", help="numbers of them, with commas between")
    parser.add_argument("--json", type=Path, default=RESULTS / "bootstrap.json")
    return parser.parse_args()


def main() -> None:
    given = options()
    needed("nginx", "wrk")
    leave_when_told()
    connections = [int(count) for count in given.connections.split(",")]
    with place() as at:
        rows = summary(measured(at, given.rounds, given.seconds, connections))
        about = {"rounds": given.rounds, "seconds": given.seconds, "machine": at.machine}
    keep(given.json, {**about, "rows": rows})
    print(report(rows))


if __name__ == "__main__":
    with interruptible():
        main()
