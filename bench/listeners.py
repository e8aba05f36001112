"""What a thousand idle listeners cost those who ask for the bootstrap, and how soon all of them are told.

python -m bench.listeners [--listeners 1000] [--rounds N] [--seconds S] [--json FILE]
"""

import argparse
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.cases import BASE, BOOTSTRAP, fetched
from bench.figures import RESULTS, keep, ratios, shown, spread, table, with_spread
from bench.holder import allow_files
from bench.machine import machine
from bench.processes import Running, environment, interruptible, leave_when_told, needed, serving, up
from bench.wrk import Load, load

CONNECTIONS = 8
IDENTITY = {"Accept-Encoding": "identity"}


@contextmanager
def holding(port: int, listeners: int, token: str) -> Iterator[subprocess.Popen[str]]:
    """Run the process that holds the streams."""
    words = [str(port), str(listeners), token]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.holder", *words],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        process_group=0,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(holder: subprocess.Popen[str]) -> Any:
    """Read the next line of the holder."""
    assert holder.stdout is not None
    line = holder.stdout.readline()
    if not line:
        raise SystemExit("the process that holds the listeners has ended")
    return json.loads(line)


def resident(server: Running) -> float:
    """Return the megabytes that a server's process has in memory."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def asked(servers: Mapping[str, Running], rounds: int, seconds: int) -> dict[str, list[Load]]:
    """Ask each for the bootstrap, in turn."""
    found: dict[str, list[Load]] = {name: [] for name in servers}
    for number in range(rounds):
        for name in sorted(servers, reverse=number % 2 == 1):
            url = f"http://127.0.0.1:{servers[name].port}{BOOTSTRAP}"
            found[name].append(load(url, IDENTITY, CONNECTIONS, seconds))
    return found


class Bystander(threading.Thread):
    """Asks for the bootstrap again and again on one connection at a time, and remembers how long it took."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._stopping = threading.Event()
        self.milliseconds: list[float] = []

    def run(self) -> None:
        while not self._stopping.wait(0.002):
            start = time.monotonic()
            fetched(self._port, BOOTSTRAP, IDENTITY)
            self.milliseconds.append((time.monotonic() - start) * 1000)

    def stop(self) -> None:
        self._stopping.set()
        self.join(30)


def told(server: Running, holder: subprocess.Popen[str], database: str, listeners: int) -> dict[str, Any]:
    """Make one edit, and return in milliseconds when the first, the median and the last heard of it."""
    bystander = Bystander(server.port)
    bystander.start()
    time.sleep(0.5)
    calm = list(bystander.milliseconds)
    with psycopg.connect(database, autocommit=True) as connection:
        start = time.monotonic()
        connection.execute("update tags set icon = 'tag:heard' where slug = 'coffee'")
        committed = time.monotonic() - start
    moments = [(moment - start) * 1000 for moment in said(holder)["told"]]
    bystander.stop()
    return {
        "heard": len(moments),
        "of": listeners,
        "edit ms": round(committed * 1000, 1),
        "first ms": round(moments[0], 1),
        "median ms": round(median(moments), 1),
        "last ms": round(moments[-1], 1),
        "bystander before, longest ms": round(max(calm), 1),
        "bystander meanwhile, longest ms": round(max(bystander.milliseconds[len(calm) :]), 1),
    }


def drained(server: Running, holder: subprocess.Popen[str], listeners: int) -> dict[str, Any]:
    """End the server, and return in milliseconds when the streams were over."""
    start = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    line = said(holder)
    server.process.wait(30)
    gone = time.monotonic()
    moments = [(moment - start) * 1000 for moment in line["ended"]]
    return {
        "polite": line["polite"],
        "of": listeners,
        "first ms": round(moments[0], 1),
        "median ms": round(median(moments), 1),
        "last ms": round(moments[-1], 1),
        "process gone ms": round((gone - start) * 1000, 1),
    }


def measure(listeners: int, rounds: int, seconds: int) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wildside-bench-")))
        first, database = stack.enter_context(up(folder))
        serve = ("wildside", "serve", "--port", "0", "--database-url", database)
        servers = {name: stack.enter_context(serving(folder, name, *serve)) for name in ("quiet", "crowded")}
        about = machine(database, ("wrk",))
        token = json.loads(fetched(first.port, f"{BASE}/version", IDENTITY).content)["referenceVersion"]
        before = asked(servers, rounds, seconds)
        memory = {"MB before": resident(servers["crowded"])}
        holder = stack.enter_context(holding(servers["crowded"].port, listeners, token))
        said(holder)
        memory["MB with listeners"] = resident(servers["crowded"])
        after = asked(servers, rounds, seconds)
        memory["MB under load"] = resident(servers["crowded"])
        each = (memory["MB with listeners"] - memory["MB before"]) * 1024 / listeners
        return {
            "listeners": listeners,
            "rounds": rounds,
            "seconds": seconds,
            "connections": CONNECTIONS,
            "machine": about,
            "bootstrap": {"none listens": compared(before), "listeners": compared(after)},
            "memory": {name: round(figure, 1) for name, figure in memory.items()}
            | {"KB a listener": round(each, 1)},
            "told": told(servers["crowded"], holder, database, listeners),
            "drained": drained(servers["crowded"], holder, listeners),
        }


def compared(found: Mapping[str, Sequence[Load]]) -> dict[str, Any]:
    """Return the figures of the crowded server beside those of its quiet twin in the same rounds."""
    result: dict[str, Any] = {}
    for what in ("rate", "p50", "p99"):
        each = {name: [getattr(one, what) for one in loads] for name, loads in found.items()}
        ratio = ratios(each["crowded"], each["quiet"])
        result[what] = {name: spread(values) for name, values in each.items()} | {"ratio": ratio}
    return result


def report(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    rows = [
        [f"{when}, {what}", *(with_spread(figures[name]) for name in ("crowded", "quiet", "ratio"))]
        for when, found in result["bootstrap"].items()
        for what, figures in found.items()
    ]
    parts = [table(["bootstrap", "this server", "its twin without listeners", "ratio"], rows)]
    parts += [
        table([part, "figure"], [[name, shown(value)] for name, value in result[part].items()])
        for part in ("memory", "told", "drained")
    ]
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.listeners", description=__doc__)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=RESULTS / "listeners.json")
    given = parser.parse_args()
    needed("wrk")
    leave_when_told()
    allow_files(given.listeners + 200)
    result = measure(given.listeners, given.rounds, given.seconds)
    keep(given.json, result)
    print(report(result))


if __name__ == "__main__":
    with interruptible():
        main()
