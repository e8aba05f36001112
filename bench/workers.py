"""What the choice of a server gives, and a second process behind one inherited socket.

python -m bench.workers [--rounds N] [--seconds S] [--json FILE]
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cases import BOOTSTRAP, fetched
from bench.figures import RESULTS, keep, ratios, spread, table, with_spread
from bench.growth import database_server, fresh_database
from bench.machine import machine
from bench.operations import held, typed
from bench.processes import Running, interruptible, leave_when_told, needed, serving
from bench.wrk import Load, load
from tests.people import person
from wildside.inbound.http.server import reserve

CONNECTIONS = 32
ROW = "/api/v1/users/me/preferences"
USUAL = "Hypercorn"
WAYS = {
    USUAL: ("wildside", "hypercorn", 1),
    "Hypercorn on uvloop": ("bench.on_uvloop", "hypercorn", 1),
    "Hypercorn, 2 processes": ("wildside", "hypercorn", 2),
    "uvicorn": ("wildside", "uvicorn", 1),
    "uvicorn, 2 processes": ("wildside", "uvicorn", 2),
}
"""name → module, server, how many processes"""
PATIENCE = "lock=5 statement=10 command=15 acquire=20 request=25 drain=30"
"""Where the machine is busy nobody is to give up sooner: a round with a 503 measures nothing."""
Measured = dict[tuple[str, str], list[Load]]
"""case, way → a load for each round"""


@dataclass(frozen=True, slots=True)
class Way:
    """Processes that answer at one port."""

    port: int
    processes: Sequence[Running]

    @property
    def megabytes(self) -> float:
        return sum(held(one)["PSS"] for one in self.processes)


@contextmanager
def answering(folder: Path, name: str, url: str) -> Iterator[Way]:
    """Start one way: each of its processes inherits one listening socket."""
    module, server, count = WAYS[name]
    with reserve("127.0.0.1", 0) as listener, ExitStack() as stack:
        socket = listener.fileno()
        words = (module, "serve", "--fd", str(socket), "--server", server, "--timeouts", PATIENCE)
        given = (*words, "--database-url", url)
        running = [
            stack.enter_context(serving(folder, f"{name} {number}", *given, sockets=[socket]))
            for number in range(count)
        ]
        yield Way(listener.getsockname()[1], running)


def measured(folder: Path, url: str, rounds: int, seconds: int) -> tuple[Measured, dict[str, list[float]]]:
    """Ask way after way, beginning with another in each round; only one is there at a time."""
    cases = {"bootstrap, br": (BOOTSTRAP, {"Accept-Encoding": "br"}), "one row": (ROW, person(url).headers)}
    found: Measured = defaultdict(list)
    weights: dict[str, list[float]] = defaultdict(list)
    names = list(WAYS)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            with answering(folder, name, url) as way:
                for case, (path, headers) in cases.items():
                    prove(way.port, path, headers)
                    address = f"http://127.0.0.1:{way.port}{path}"
                    if "uvloop" in name or "uvicorn" in name:
                        prove_loop(way)
                    load(address, headers, CONNECTIONS, 1)
                    found[case, name].append(load(address, headers, CONNECTIONS, seconds))
                weights[name].append(way.megabytes)
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return found, weights


def prove(port: int, path: str, headers: Mapping[str, str]) -> None:
    """Leave, unless it is answered."""
    answer = fetched(port, path, headers)
    if answer.status != 200 or len(answer.content) < 100:
        raise SystemExit(f"{path}: {answer.status} {answer.content!r}")


def prove_loop(way: Way) -> None:
    """Leave, unless each process runs on uvloop."""
    for one in way.processes:
        if "uvloop" not in Path(f"/proc/{one.process.pid}/maps").read_text():
            raise SystemExit(f"{one.process.args!r} does not run on uvloop")


def summary(found: Measured, weights: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """Return a row for each case and way."""
    return [
        {
            "case": case,
            "way": way,
            "rate": spread([one.rate for one in loads]),
            "p50": spread([one.p50 for one in loads]),
            "p99": spread([one.p99 for one in loads]),
            "MB": spread(weights[way]),
            "times": ratios([one.rate for one in loads], [one.rate for one in found[case, USUAL]]),
        }
        for (case, way), loads in sorted(
            found.items(), key=lambda item: (item[0][0], list(WAYS).index(item[0][1]))
        )
    ]


def swept(rounds: int, seconds: int) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="wildside-bench-") as name,
        database_server(Path(name)) as server,
        fresh_database(server, "served") as url,
    ):
        typed("seed", "--database-url", url)
        about = machine(server.url, ("wrk",))
        rows = summary(*measured(Path(name), url, rounds, seconds))
    return {"machine": about, "rounds": rounds, "seconds": seconds, "connections": CONNECTIONS, "rows": rows}


def report(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    head = ["", "answers a second", f"times {USUAL}", "p50 ms", "p99 ms", "MB, all processes"]
    lines = [
        [
            f"{row['case']}: {row['way']}",
            *(with_spread(row[what]) for what in ("rate", "times", "p50", "p99", "MB")),
        ]
        for row in result["rows"]
    ]
    return table(head, lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=RESULTS / "workers.json")
    given = parser.parse_args()
    needed("wrk")
    leave_when_told()
    result = swept(given.rounds, given.seconds)
    keep(given.json, result)
    print(report(result))


if __name__ == "__main__":
    with interruptible():
        main()
