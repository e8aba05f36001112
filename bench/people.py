"""What users ask for of their own: Wildside, peers, and the same SQL by pgbench alone.

python -m bench.people [--users 1000000] [--rounds N] [--seconds S] [--connections 1,32] [--json FILE]
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bench.figures import RESULTS, keep
from bench.growth import database_server, fresh_database
from bench.limits import by_pgbench, scripts
from bench.machine import machine
from bench.pages import fill
from bench.peers.__main__ import NAMES, OURS, ours, report
from bench.peers.__main__ import pairs as peers_pairs
from bench.peers.apps.shared import CONNECTIONS
from bench.peers.environment import ALL, SERVERS, peer, save_bodies, versions
from bench.processes import interruptible, leave_when_told, needed
from bench.rounds import Ask, Question, asking, interleaved, summary
from bench.walkers import DEEP, LIMIT, NOTES, PREFERENCES, Walkers, prove, settled
from bench.wrk import Load, Refused, load
from wildside.outbound.postgres.binaries import find_binaries

PGBENCH = "pgbench"
READ, REPLACE, WRITE = "preferences, read", "preferences, replaced", "note, written once"
FIRST_PAGE, DEEP_PAGE = "users, page 1", "users, page 10,000"
SCRIPT = Path(__file__).with_name("people.lua")
SERVING = (PGBENCH, *NAMES[1:])
_ROUNDS = count(1)
"""Numbers of rounds: what one writes has names that no other has."""


@dataclass(frozen=True, slots=True)
class Place:
    """All servers over one database, and who is in it."""

    ports: Mapping[str, int]
    database: str
    walkers: Walkers
    machine: Mapping[str, Any]


@contextmanager
def place(users: int) -> Iterator[Place]:
    """Start them all over one database of so many users."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wildside-bench-")))
        server = stack.enter_context(database_server(folder))
        database = stack.enter_context(fresh_database(server, "people"))
        fill(database, users)
        walkers = Walkers.settle(database, users)
        ports = {
            name: stack.enter_context(ours(folder, "wildside", server, database))
            for server, name in OURS.items()
        }
        bodies = save_bodies(folder / "bodies", ports[OURS[SERVERS[0]]])
        theirs = {one.name: stack.enter_context(peer(folder, one, database, bodies)).port for one in ALL}
        about = machine(database, ("wrk",)) | {"peers": versions()}
        yield Place({**ports, **theirs}, database, walkers, about)


def questions(at: Place, seconds: int) -> dict[str, dict[str, Ask]]:
    """Return case → server → how to ask it."""
    walkers, program = at.walkers, _pgbench()
    asks: dict[str, dict[str, Ask]] = {
        case: {PGBENCH: _limit(program, at, script, seconds)}
        for case, script in scripts(walkers.values).items()
    }
    for name, port in at.ports.items():
        for case, words in (
            (READ, ("read", PREFERENCES)),
            (REPLACE, ("replace", PREFERENCES)),
            (WRITE, ("write", NOTES.format(walkers.route))),
        ):
            asks[case][name] = _walking(at, name, words, seconds)
        for case, page in ((FIRST_PAGE, 1), (DEEP_PAGE, DEEP)):
            question = Question(port, walkers.page(page, name in OURS.values()), walkers.root(name))
            asks[case][name] = asking(f"{case}, {name}", question, seconds)
    return asks


def _pgbench() -> Path:
    return find_binaries(Path(os.environ["PGBIN"]) if "PGBIN" in os.environ else None) / "pgbench"


def _limit(program: Path, at: Place, script: str, seconds: int) -> Ask:
    def ask(connections: int) -> Load:
        """Use no more connections than the servers have: more would stand in each other's way."""
        at.walkers.tidy(at.database)
        defined = {"known": "0", "admin": str(at.walkers.admin.id)}
        count = min(connections, CONNECTIONS)
        seen = by_pgbench(program, at.database, script, defined, count, seconds)
        settled(at.database)
        return seen

    return ask


def _walking(at: Place, name: str, words: Sequence[str], seconds: int) -> Ask:
    """Return how to have people ask a server in turn; each answer must have had its effect."""
    what, path = words
    walkers, url = at.walkers, f"http://127.0.0.1:{at.ports[name]}"

    def ask(connections: int) -> Load:
        walkers.tidy(at.database)
        before = walkers.effects(at.database)[what]
        with walkers.listed(at.database, name) as people:
            given = [what, path, f"{next(_ROUNDS):08x}", str(people), *walkers.bodies[what]]
            try:
                seen = load(url, {}, connections, seconds, given, SCRIPT)
            except Refused as error:
                raise SystemExit(f"{what}, {name}, {connections} connections: {error}") from error
        settled(at.database)
        done = walkers.effects(at.database)[what] - before
        if what != "read" and not seen.answers <= done <= seen.answers + connections:
            raise SystemExit(f"{what}, {name}: {seen.answers} answers had {done} effects")
        return seen

    return ask


def pairs(case: str) -> list[tuple[str, str]]:
    """Set each server against pgbench, and Wildside against the peers on the same server."""
    against = [(name, PGBENCH) for name in SERVING[1:]]
    return against + [pair for pair in peers_pairs(case) if PGBENCH not in pair]


def proof(at: Place) -> Callable[[], None]:
    """Return what leaves unless all servers answer alike, and do alike."""

    def prove_all() -> None:
        for name, port in at.ports.items():
            prove(at.database, at.walkers, name, port)

    return prove_all


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.people", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each round, case and server")
    parser.add_argument("--connections", default="1,32", help="numbers of them, with commas between")
    parser.add_argument("--json", type=Path, default=RESULTS / "people.json")
    given = parser.parse_args()
    if given.users < LIMIT * DEEP:
        parser.error(f"--users: page {DEEP:,} is to be there: {LIMIT * DEEP:,} at least")
    needed("wrk")
    leave_when_told()
    connections = [int(number) for number in given.connections.split(",")]
    with place(given.users) as at:
        proven = proof(at)
        proven()
        found = interleaved(questions(at, given.seconds), given.rounds, connections)
        proven()
        about = {
            "users": given.users,
            "rounds": given.rounds,
            "seconds": given.seconds,
            "machine": at.machine,
        }
    rows = summary(found, pairs)
    keep(given.json, {**about, "servers": SERVING, "rows": rows})
    print(report(rows, SERVING))


if __name__ == "__main__":
    with interruptible():
        main()
