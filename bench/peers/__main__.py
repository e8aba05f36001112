"""Reference data a second beside peers: other frameworks with the same bytes, and by SQL at each request.

python -m bench.peers [--rounds N] [--seconds S] [--connections 1,32,256] [--json FILE]
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.bootstrap import MOST, SQL
from bench.cases import BOOTSTRAP, Case, fetched, proven
from bench.figures import RESULTS, keep, table, with_spread
from bench.machine import machine
from bench.nginx import nginx
from bench.peers.environment import ALL, SERVERS, peer, save_bodies, versions
from bench.processes import interruptible, leave_when_told, needed, serving, up
from bench.rounds import Ask, Question, asking, interleaved, summary

LIMIT = "nginx"
OURS = {server: f"Wildside, {server}" for server in SERVERS}
THEIRS = {server: [which.name for which in ALL if which.server == server] for server in SERVERS}
NAMES = (LIMIT, *OURS.values(), *(which.name for which in ALL))
CACHED = (
    Case("bootstrap, identity", BOOTSTRAP),
    Case("bootstrap, br", BOOTSTRAP, "br"),
    Case("bootstrap, 304", BOOTSTRAP, known=True),
)
EACH_TIME = "bootstrap by SQL"
PER_REQUEST = "/per-request/bootstrap"
PATIENCE = "lock=5 statement=10 command=15 acquire=20 request=25 drain=30"
"""Peers wait for as long; where the machine is busy, nobody is to give up sooner."""


@dataclass(frozen=True, slots=True)
class Place:
    """All servers: those that remember, by their ports, and those that ask the database each time."""

    remembering: Mapping[str, int]
    asking: Mapping[str, tuple[int, str]]
    machine: Mapping[str, Any]


@contextmanager
def place() -> Iterator[Place]:
    """Start them all over one database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wildside-bench-")))
        seeded, database = stack.enter_context(up(folder))
        bodies = save_bodies(folder / "bodies", seeded.port)
        remembering = {
            name: stack.enter_context(ours(folder, "wildside", server, database))
            for server, name in OURS.items()
        }
        each_time = {
            name: stack.enter_context(ours(folder, "bench.per_request", server, database))
            for server, name in OURS.items()
        }
        theirs = {one.name: stack.enter_context(peer(folder, one, database, bodies)).port for one in ALL}
        limit = stack.enter_context(nginx(folder / "nginx", CACHED, seeded.port))
        about = machine(database, ("nginx", "wrk")) | {"peers": versions()}
        yield Place(
            {LIMIT: limit.port, **remembering, **theirs},
            {name: (port, BOOTSTRAP) for name, port in each_time.items()}
            | {name: (port, PER_REQUEST) for name, port in theirs.items()},
            about,
        )


@contextmanager
def ours(folder: Path, module: str, server: str, database: str) -> Iterator[int]:
    """Run Wildside, or what asks SQL at each request, on a server; it is the port."""
    words = (module, "serve", "--port", "0", "--server", server.lower(), "--timeouts", PATIENCE)
    with serving(folder, f"{module}-{server}", *words, "--database-url", database) as running:
        yield running.port


def prove(at: Place) -> dict[str, dict[str, dict[str, str]]]:
    """Return what headers to send, case → server, once all have shown that they answer alike."""
    headers = {case.name: proven(at.remembering, case) for case in CACHED}
    for name, (port, path) in at.asking.items():
        prove_tables(at.remembering[LIMIT], name, port, path)
    return headers


def prove_tables(limit: int, name: str, port: int, path: str) -> None:
    """Leave unless a server reads the same rows as the release at the port `limit` has."""
    plain = {"Accept-Encoding": "identity"}
    expected = json.loads(fetched(limit, BOOTSTRAP, plain).content)["tables"]
    answer = fetched(port, path, plain)
    if answer.status != 200 or json.loads(answer.content)["tables"] != expected:
        raise SystemExit(f"{EACH_TIME}: {name} answers {answer.status} with other rows")


def questions(at: Place, seconds: int) -> dict[str, dict[str, Ask]]:
    """Return case → server → how to ask it."""
    headers = prove(at)
    asks = {
        case.name: {
            name: asking(
                f"{case.name}, {name}",
                Question(port, case.path, headers[case.name][name], known=case.known),
                seconds,
            )
            for name, port in at.remembering.items()
        }
        for case in CACHED
    }
    most, plain = MOST[SQL], {"Accept-Encoding": "identity"}
    asks[EACH_TIME] = {
        name: asking(f"{EACH_TIME}, {name}", Question(port, path, plain, most), seconds)
        for name, (port, path) in at.asking.items()
    }
    return asks


def pairs(_case: str) -> list[tuple[str, str]]:
    """Set each server against the limit, and Wildside against the peers on the same server."""
    against = [(name, LIMIT) for name in NAMES[1:]]
    return against + [(OURS[server], theirs) for server in SERVERS for theirs in THEIRS[server]]


def report(rows: Sequence[Mapping[str, Any]], names: Sequence[str] = NAMES) -> str:
    """Return the rows as Markdown: a line for each server, a column for each case."""
    parts = []
    for count in dict.fromkeys(row["connections"] for row in rows):
        these = [row for row in rows if row["connections"] == count]
        head = [f"answers a second, {count} connection{'s' * (count > 1)}", *(row["case"] for row in these)]
        lines = [[name, *(_shown(row["rate"].get(name)) for row in these)] for name in names]
        pairs_of = dict.fromkeys(name for row in these for name in row["ratio"])
        times = [[name, *(_shown(row["ratio"].get(name)) for row in these)] for name in pairs_of]
        parts.append(f"{table(head, lines)}\n\n{table(['ratio', *head[1:]], times)}\n")
    return "\n".join(parts)


def _shown(figure: Mapping[str, float] | None) -> str:
    return "–" if figure is None else with_spread(figure)  # noqa: RUF001


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each round, case and server")
    parser.add_argument("--connections", default="1,32,256", help="numbers of them, with commas between")
    parser.add_argument("--json", type=Path, default=RESULTS / "peers.json")
    given = parser.parse_args()
    needed("nginx", "wrk")
    leave_when_told()
    connections = [int(count) for count in given.connections.split(",")]
    with place() as at:
        found = interleaved(questions(at, given.seconds), given.rounds, connections)
        prove(at)
        about = {"rounds": given.rounds, "seconds": given.seconds, "machine": at.machine}
    rows = summary(found, pairs)
    keep(given.json, {**about, "servers": NAMES, "rows": rows})
    print(report(rows))


if __name__ == "__main__":
    with interruptible():
        main()
