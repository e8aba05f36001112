"""A real PgBouncer in front of the tests' PostgreSQL, with the file that docs/scaling.md hands out."""

import configparser
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote, urlsplit

import psycopg
import pytest

from wildside.outbound.postgres.privileges import choose_privileges

INI = Path(__file__).parents[2] / "docs/scaling/pgbouncer.ini"
PORT = 6432
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Pooler:
    """Where it listens."""

    folder: Path

    def through(self, url: str) -> str:
        """The same database, through it."""
        parts = urlsplit(url)
        query = f"host={quote(str(self.folder), safe='')}&port={PORT}"
        return f"postgresql://{parts.netloc}/{parts.path.removeprefix('/')}?{query}"


def program() -> str:
    """PgBouncer, which Debian puts where only root looks; or leave the test out."""
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("no pgbouncer here: apt-get install pgbouncer")
    return found


@contextmanager
def pgbouncer(server: str, user: str, **settings: str) -> Iterator[Pooler]:
    """Run one over the server with this socket folder; `settings` are other than those of the file."""
    command = program()
    folder = Path(tempfile.mkdtemp(prefix="wildside-pooler-", dir="/tmp"))
    privileges = choose_privileges()
    try:
        (folder / "users.txt").write_text(f'"{user}" ""\n')
        ini = configparser.ConfigParser(interpolation=None)
        ini.read_string(INI.read_text())
        ini["databases"] = {"*": f"host={server} port=5432"}
        ini["pgbouncer"].update(_own(folder) | settings)
        with (folder / "pgbouncer.ini").open("w") as file:
            ini.write(file)
        privileges.give(folder)
        process = privileges.spawn([command, "-q", folder / "pgbouncer.ini"], subprocess.DEVNULL)
        try:
            _wait(folder, process)
            yield Pooler(folder)
        finally:
            process.terminate()
            process.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path) -> dict[str, str]:
    """What is a deployment's own, and so a test's."""
    return {
        "listen_addr": "",
        "listen_port": str(PORT),
        "unix_socket_dir": str(folder),
        "auth_type": "trust",
        "auth_file": str(folder / "users.txt"),
        "logfile": str(folder / "log"),
        "pidfile": str(folder / "pid"),
    }


def _wait(folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + _PATIENCE
    while not (folder / f".s.PGSQL.{PORT}").exists():
        log = folder / "log"
        assert process.poll() is None, log.read_text() if log.exists() else "it ended without a word"
        assert monotonic() < deadline, "no socket in time"
        sleep(0.02)


def sessions(admin: psycopg.Connection[tuple[int]], application: str) -> int:
    """How many sessions of this database name themselves so."""
    query = (
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = %s"
    )
    row = admin.execute(query, [application]).fetchone()
    assert row is not None
    return row[0]
