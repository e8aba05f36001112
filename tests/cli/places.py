"""Folders in which a PostgreSQL may live, and what is left of it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_place() -> Iterator[Path]:
    """A folder that every user may enter, with a path short enough for a socket."""
    place = Path(tempfile.mkdtemp(prefix="wild-", dir="/var/tmp")).resolve()
    place.chmod(0o755)
    try:
        yield place
    finally:
        for pid in processes_in(place):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(place, ignore_errors=True)


def processes_in(place: Path) -> dict[int, str]:
    """The processes whose command names the folder, by number."""
    ps = ["ps", "-A", "-ww", "-o", "pid=,stat=,command="]
    lines = subprocess.run(ps, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split(maxsplit=2) for line in lines]
    return {
        int(row[0]): row[2]
        for row in rows
        if len(row) == 3 and str(place) in row[2] and not row[1].startswith("Z")
    }


def copy_data(data: Path, place: Path) -> Path:
    """Put a copy of a data directory into a place."""
    return Path(shutil.copytree(data, place / "data", symlinks=True))
