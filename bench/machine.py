"""What a figure was measured on: kinds and versions, nothing that tells whose machine it was."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import psycopg


def machine(database: str | None = None, programs: tuple[str, ...] = ()) -> dict[str, str | int | float]:
    """Return cores, processor, versions, and the load before the measurement."""
    described: dict[str, str | int | float] = {
        "cores": os.cpu_count() or 0,
        "processor": _processor(),
        "load before": round(os.getloadavg()[0], 2),
        "Python": platform.python_version(),
        "Hypercorn": version("hypercorn"),
    }
    if database is not None:
        with psycopg.connect(database) as connection:
            described["PostgreSQL"] = str(connection.info.server_version // 10000) + _minor(connection)
    return described | {name: _version_of(name) for name in programs}


def _minor(connection: psycopg.Connection) -> str:
    return f".{connection.info.server_version % 10000}"


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def _version_of(program: str) -> str:
    done = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    found = re.search(r"(?:nginx/|wrk )(?:debian/)?([\d.]+)", done.stdout + done.stderr)
    return found[1] if found else "unknown"
