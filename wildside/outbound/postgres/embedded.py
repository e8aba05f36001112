"""A PostgreSQL of our own: made, started and stopped with us, reached by a Unix socket only."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from wildside.domain.command_errors import ServerFailed
from wildside.outbound.postgres.binaries import major_version
from wildside.outbound.postgres.data_folder import (
    LOCK,
    SOCKET_PREFIX,
    end_process,
    recover,
    release_lock,
    take_lock,
)
from wildside.outbound.postgres.privileges import Privileges, choose_privileges

NAME = "wildside"  # both the database and its user
PORT = 5432  # only a part of the socket's name: no port is opened
SOCKET = f".s.PGSQL.{PORT}"
FRESH = "postgres.new-"
START_SECONDS = 30.0
# The kernel allows 103 bytes on macOS and 107 on Linux.
SOCKET_PATH_LIMIT = 100

# Trust is safe: the server listens on no address, and only its own user can enter the
# socket's folder.
INIT_OPTIONS = ("-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions")
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    f"port={PORT}",
    "max_connections=100",
    "timezone=UTC",
    "log_timezone=UTC",
)
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedServer:
    """A PostgreSQL of our own over a data directory, reached by a Unix socket only."""

    def __init__(
        self,
        data_dir: Path,
        bin_dir: Path,
        *,
        durable: bool = True,
        privileges: Privileges | None = None,
    ) -> None:
        # Resolved: by this path we know again a server whose owner was killed.
        self._data_dir = data_dir.resolve()
        self._pgdata = self._data_dir / "postgres"
        self._log = self._data_dir / "postgres.log"
        self._bin_dir = bin_dir.absolute()
        self._durable = durable
        self._chosen = privileges
        self._privileges = Privileges()
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket_dir: Path | None = None

    @property
    def socket_dir(self) -> Path:
        """The folder of the server's socket, while it runs."""
        if self._socket_dir is None:
            raise ServerFailed("the embedded PostgreSQL has not been started")
        return self._socket_dir

    @property
    def url(self) -> str:
        """The address of the database, as asyncpg and libpq read it, while the server runs."""
        host = quote(os.fsencode(self.socket_dir), safe="")
        return f"postgresql://{NAME}@/{NAME}?host={host}&port={PORT}"

    def start(self) -> None:
        """Lock the directory, make the database if it is new, and return once it answers."""
        if self._process is not None:
            return
        try:
            self._take_folder()
            self._make_cluster()
            self._launch()
            self._make_database()
        except (OSError, psycopg.Error) as error:
            self.stop()
            raise ServerFailed(f"cannot use the data directory {self._data_dir}: {error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all sessions, stop the server and release the lock; do nothing the second time."""
        process = self._process
        if process is not None:
            end_process(process.pid, lambda: process.poll() is not None)
            self._process = None
        if self._socket_dir is not None:
            if self._socket_dir != self._data_dir:
                shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = None
        # Last: whoever gets the lock may start at once.
        if self._lock is not None:
            release_lock(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _take_folder(self) -> None:
        """Lock the data directory, clear what a killed owner left, and see that we may use it."""
        self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        ours = (self._data_dir / LOCK).exists() or not any(self._data_dir.iterdir())
        self._lock = take_lock(self._data_dir)
        recover(self._pgdata)
        for left in self._data_dir.glob(f"{FRESH}*"):
            shutil.rmtree(left, ignore_errors=True)
        # The socket's own lock file holds a process number too, which may be taken by now.
        for name in (SOCKET, f"{SOCKET}.lock"):
            (self._data_dir / name).unlink(missing_ok=True)
        self._privileges = self._chosen or choose_privileges()
        if ours and _is_private(self._data_dir):
            self._privileges.give(self._data_dir)
        if self._pgdata.exists():
            self._privileges.give(self._pgdata)
        self._privileges.must_enter(self._data_dir)
        self._bin_dir = self._privileges.readable(self._bin_dir)

    def _make_cluster(self) -> None:
        """Make the cluster when there is none, else check that our programs can read it."""
        if not self._pgdata.exists():
            self._init()
            return
        mark = self._pgdata / "PG_VERSION"
        if not mark.exists():
            raise ServerFailed(f"{self._pgdata} is no PostgreSQL cluster: choose another --data-dir")
        theirs, ours = mark.read_text().strip(), str(major_version(self._bin_dir))
        if theirs != ours:
            raise ServerFailed(
                f"{self._pgdata} was made by PostgreSQL {theirs} and the programs in "
                f"{self._bin_dir} are of PostgreSQL {ours}: name a folder of PostgreSQL "
                f"{theirs}'s programs with --pg-bin, or choose another --data-dir"
            )

    def _init(self) -> None:
        # Made beside its place and then renamed: a killed initdb never leaves half a cluster.
        fresh = Path(tempfile.mkdtemp(prefix=FRESH, dir=self._data_dir))
        command: list[str | Path] = [
            self._bin_dir / "initdb",
            "-D",
            fresh,
            "-U",
            NAME,
            *INIT_OPTIONS,
        ]
        if not self._durable:
            command.append("--no-sync")
        try:
            self._privileges.give(fresh)
            code, output = self._privileges.run(command)
            if code != 0:
                raise ServerFailed(f"initdb failed:\n{_tail(output)}")
            fresh.rename(self._pgdata)
            if self._durable:
                _sync(self._data_dir)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _launch(self) -> None:
        self._socket_dir = self._choose_socket_dir()
        # Quoted, because PostgreSQL reads a list here and the path may hold a comma.
        folders = '"' + str(self._socket_dir).replace('"', '""') + '"'
        settings = [*SETTINGS, f"unix_socket_directories={folders}"]
        if not self._durable:
            settings += NOT_DURABLE
        options = [word for setting in settings for word in ("-c", setting)]
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW
        log = os.open(self._log, flags, 0o600)
        try:
            # `-D` comes first: `recover` looks for it there.
            command: list[str | Path] = [self._bin_dir / "postgres", "-D", self._pgdata, *options]
            self._process = self._privileges.spawn(command, log)
        finally:
            os.close(log)

    def _choose_socket_dir(self) -> Path:
        """Take the data directory, unless others may enter it or its path is too long."""
        owned = self._data_dir.stat().st_uid == self._privileges.owner
        if owned and _is_private(self._data_dir) and _fits_socket(self._data_dir):
            return self._data_dir
        parent = Path(tempfile.gettempdir())
        if not _fits_socket(parent / f"{SOCKET_PREFIX}12345678"):
            parent = Path("/tmp")  # noqa: S108 (mkdtemp makes a private folder)
        folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent)).absolute()
        self._privileges.give(folder)
        return folder

    def _make_database(self) -> None:
        with self._connect() as connection:
            query = "select from pg_database where datname = %s"
            if connection.execute(query, [NAME]).fetchone() is None:
                connection.execute(f"create database {NAME}")

    def _connect(self) -> psycopg.Connection:
        """Connect as soon as the server lets us."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host=str(self.socket_dir),
                    port=PORT,
                    user=NAME,
                    dbname="postgres",
                    connect_timeout=1,
                    autocommit=True,
                )
            except psycopg.OperationalError as error:
                self._must_run()
                if time.monotonic() > deadline:
                    raise ServerFailed(f"PostgreSQL does not answer: {error}") from error
            time.sleep(0.01)

    def _must_run(self) -> None:
        if self._process is None or self._process.poll() is not None:
            end = _tail(self._log.read_text(errors="replace"))
            raise ServerFailed(f"PostgreSQL did not start; the end of {self._log}:\n{end}")


def _is_private(folder: Path) -> bool:
    return folder.stat().st_mode & 0o077 == 0


def _sync(folder: Path) -> None:
    # Else a power failure might undo the renaming, and we would clear the cluster away.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fits_socket(folder: Path) -> bool:
    # Clients read a comma as the end of one host and the start of the next.
    return len(os.fsencode(folder / SOCKET)) < SOCKET_PATH_LIMIT and "," not in str(folder)


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-10:])
