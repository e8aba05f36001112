"""The load: wrk, one thread, written in C so that the client is not what is measured."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 30
REPORT = Path(__file__).with_name("report.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """What one round saw: answers, how many a second, their size with head, and latencies in milliseconds."""

    answers: int
    rate: float
    size: float
    p50: float
    p99: float
    longest: float


class Refused(Exception):
    """A round that saw errors measures nothing."""


def load(
    url: str,
    headers: Mapping[str, str],
    connections: int,
    seconds: int,
    words: Sequence[str] = (),
    script: Path = REPORT,
) -> Load:
    """Ask for one thing again and again, or for what a script makes of words: plainly, for paths in turn.

    Raises Refused on any error or bad status.
    """
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{TIMEOUT}s", "-s", str(script)]
    lines = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        ["wrk", *options, *lines, url, *(["--", *words] if words else [])],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + TIMEOUT,
    )
    return parsed(done.stdout)


def parsed(output: str) -> Load:
    """Read report.lua's line. Raises Refused on any error, bad status or empty round."""
    report = json.loads(output.rpartition("REPORT ")[2])
    wrong = {name: count for name, count in report["errors"].items() if count}
    if wrong or not report["requests"]:
        raise Refused(f"wrk saw {report['requests']} answers and {wrong or 'no errors'}")
    return Load(
        answers=report["requests"],
        rate=report["requests"] / report["microseconds"] * 1e6,
        size=report["bytes"] / report["requests"],
        p50=report["p50"] / 1000,
        p99=report["p99"] / 1000,
        longest=report["longest"] / 1000,
    )
