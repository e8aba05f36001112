"""What operators wait for, and what a process takes: migrations, starts, commands, memory.

python -m bench.operations [--rounds N] [--seconds S] [--json FILE]
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from bench.cases import BOOTSTRAP, fetched
from bench.figures import RESULTS, keep, spread, table, with_spread
from bench.growth import database_server, fresh_database
from bench.machine import machine
from bench.processes import Running, environment, interruptible, leave_when_told, needed, serving
from bench.wrk import load
from wildside.outbound.postgres.embedded import EmbeddedServer

CONNECTIONS = 32
CODINGS = ("identity", "gzip", "br", "zstd")
PLAIN = {"Accept-Encoding": "identity"}
CHANGES = 15
NEWS = "from a commit to new bytes"
SERVERS = ("hypercorn", "uvicorn")
COMMANDS = ("--version", "--help", "keys new")
Taken = dict[str, list[float]]
"""what → seconds, round by round"""


def since(start: float) -> float:
    return time.perf_counter() - start


def typed(*words: str) -> float:
    """Return how long a command takes, from its start to its end."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "wildside", *words]
    subprocess.run(command, check=True, env=environment(), stdout=subprocess.DEVNULL, timeout=300)
    return since(start)


def migrations(server: EmbeddedServer, number: int) -> Iterator[tuple[str, float]]:
    """Apply all; up, down and up again, each; clone what they made, as each test does that commits."""
    start = time.perf_counter()
    with fresh_database(server, f"applied_{number}"):
        yield "all migrations", since(start)
    yield "wildside db roundtrip", typed("db", "roundtrip", "--scratch-url", server.url)
    with psycopg.connect(server.url, autocommit=True) as connection:
        start = time.perf_counter()
        connection.execute(f"create database cloned_{number} template applied_{number}".encode())
        yield "a clone of a migrated template", since(start)
        connection.execute(f"drop database cloned_{number}".encode())


def first_answer(folder: Path, name: str, *words: str) -> float:
    """Start a server, and return how long it took until somebody had a bootstrap."""
    start = time.perf_counter()
    with serving(folder, name, "wildside", *words) as server:
        answer = fetched(server.port, BOOTSTRAP, {"Accept-Encoding": "gzip"})
        taken = since(start)
    if answer.status != 200:
        raise SystemExit(f"{name}: {answer.status}")
    return taken


def starts(folder: Path, url: str, number: int) -> Iterator[tuple[str, float]]:
    """Start what serves, and short commands."""
    data = ("up", "--port", "0", "--data-dir", str(folder / f"data-{number}"))
    yield "wildside up, a new data directory", first_answer(folder, "new", *data)
    yield "wildside up, an existing one", first_answer(folder, "existing", *data)
    for server in SERVERS:
        serve = ("serve", "--port", "0", "--server", server, "--database-url", url)
        yield f"wildside serve, {server}", first_answer(folder, server, *serve)
    for words in COMMANDS:
        yield f"wildside {words}", typed(*words.split())


def news(folder: Path, url: str) -> Iterator[tuple[str, float]]:
    """Change a row, and ask until the answer is another: how long after the commit is it there?"""
    taken = []
    serve = ("serve", "--port", "0", "--database-url", url)
    with serving(folder, "news", "wildside", *serve) as server, psycopg.connect(url, autocommit=True) as one:
        for number in range(CHANGES):
            before = fetched(server.port, BOOTSTRAP, PLAIN).headers["etag"]
            one.execute("update tags set icon = %s where slug = 'coffee'", [f"tag:news-{time.time_ns()}"])
            start = time.perf_counter()
            while fetched(server.port, BOOTSTRAP, PLAIN).headers["etag"] == before:
                if since(start) > 10:
                    raise SystemExit(f"change {number} is not served")
            taken.append(since(start))
            time.sleep(0.3)
    yield NEWS, statistics.median(taken)


def held(server: Running) -> dict[str, float]:
    """Return the megabytes of a process: all it has in memory, and its share of what others have too."""
    text = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    sizes = {name: int(size) for name, size in re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE)}
    return {name.upper(): sizes[name] / 1024 for name in ("Rss", "Pss")}


def memory(folder: Path, url: str, seconds: int) -> Iterator[tuple[str, float]]:
    """Weigh a server with a release in every coding, before, under and after load."""
    for name in SERVERS:
        words = ("wildside", "serve", "--port", "0", "--server", name, "--database-url", url)
        with serving(folder, f"weighed-{name}", *words) as server:
            for coding in CODINGS * 2:
                fetched(server.port, BOOTSTRAP, {"Accept-Encoding": coding})
            time.sleep(2)  # the dense codings are made in the background
            found = {"idle": held(server)}
            address = f"http://127.0.0.1:{server.port}{BOOTSTRAP}"
            load(address, {"Accept-Encoding": "br"}, CONNECTIONS, seconds)
            found["after load"] = held(server)
        for when, sizes in found.items():
            for kind, size in sizes.items():
                yield f"{name}, {when}, {kind}", size


def measured(rounds: int, seconds: int) -> dict[str, Any]:
    """Do everything in each round, one after the other."""
    waits: Taken = defaultdict(list)
    weights: Taken = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="wildside-bench-") as name:
        folder = Path(name)
        with database_server(folder) as server:
            about = machine(server.url, ("wrk",))
            with fresh_database(server, "served") as url:
                typed("seed", "--database-url", url)
                for number in range(rounds):
                    for works, kept in (
                        (migrations(server, number), waits),
                        (starts(folder, url, number), waits),
                        (news(folder, url), waits),
                        (memory(folder, url, seconds), weights),
                    ):
                        for what, figure in works:
                            kept[what].append(figure)
                    print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return {
        "machine": about,
        "rounds": rounds,
        "connections": CONNECTIONS,
        "seconds": {what: spread(each) for what, each in waits.items()},
        "MB": {what: spread(each) for what, each in weights.items()},
    }


def report(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    return "\n\n".join(
        table([head, unit], [[what, with_spread(each)] for what, each in result[unit].items()])
        for head, unit in (("how long", "seconds"), ("memory of a process", "MB"))
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.operations", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of load, before a process is weighed again")
    parser.add_argument("--json", type=Path, default=RESULTS / "operations.json")
    given = parser.parse_args()
    needed("wrk")
    leave_when_told()
    result = measured(given.rounds, given.seconds)
    keep(given.json, result)
    print(report(result))


if __name__ == "__main__":
    with interruptible():
        main()
