"""A PostgreSQL for many scenarios or for one, with templates that are cloned for each."""

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

import psycopg

from tests.cli.program import PATIENCE, wildside
from tests.memory import server_folder
from tests.stores.embedded_helpers import alive, family, first_number
from wildside.config import DatabaseUrl, sql_folder
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.migrations import apply_migrations

_numbers = itertools.count(1)


class Databases:
    """Templates called empty, migrated and seeded, those that are made of it when needed, and clones."""

    def __init__(self, server: EmbeddedServer, place: Path) -> None:
        self._server, self._place = server, place
        self._templates: set[str] = set()

    def make(self) -> Self:
        """Make the first templates, which a server keeps."""
        self.clone("template0", "empty")
        apply_migrations(
            DatabaseUrl.parse(self.clone("empty", "migrated")),
            sql_folder() / "migrations",
            lambda _id: None,
        )
        done = wildside("seed", env={"DATABASE_URL": self.clone("migrated", "seeded")})
        assert done.returncode == 0, done.stderr
        return self

    def url(self, name: str) -> str:
        return self._server.url.replace("@/wildside?", f"@/{name}?")

    def clone(self, template: str, name: str | None = None) -> str:
        """Make a database and return its URL."""
        name = name or f"scenario_{next(_numbers)}"
        self._run(f"create database {name} template {template}")
        return self.url(name)

    def template(self, name: str, make: Callable[[str], None]) -> None:
        """Make a template of the seeded one, unless this run has it."""
        if name not in self._templates:
            make(self.clone("seeded", name))
            self._templates.add(name)

    def drop(self, url: str) -> None:
        self._run(f"drop database {_name(url)} with (force)")

    def shut(self, url: str) -> None:
        """End every session, and let nobody in."""
        self._run(f"alter database {_name(url)} allow_connections false")
        self._run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{_name(url)}'")

    def open(self, url: str) -> None:
        self._run(f"alter database {_name(url)} allow_connections true")

    def kill(self) -> None:
        """End every process of the server where it stands."""
        processes = self._family()
        for pid in processes:
            os.kill(pid, signal.SIGKILL)
        self._await_end(processes)

    def stop_at_once(self) -> None:
        """Stop the server as `pg_ctl stop -m immediate` does."""
        processes = self._family()
        os.kill(processes[0], signal.SIGQUIT)
        self._await_end(processes)

    def restart(self) -> None:
        """Start the server again, at the same address."""
        before = self._server.url
        self._server.stop()
        self._server.start()
        assert self._server.url == before

    def _family(self) -> list[int]:
        return family(first_number(self._place / "postgres" / "postmaster.pid"))

    def _await_end(self, processes: list[int]) -> None:
        deadline = monotonic() + PATIENCE
        while left := [pid for pid in processes if alive(pid)]:
            assert monotonic() < deadline, left
            sleep(0.02)

    def _run(self, statement: str) -> None:
        execute(self.url("postgres"), statement)


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def execute(url: str, statement: str, *arguments: Any) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode(), arguments or None)


def value(url: str, query: str, *arguments: Any) -> Any:
    """Return the first column of the first row."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode(), arguments or None).fetchone()
    return row[0] if row else None


@contextmanager
def running(place: Path, *, durable: bool = False) -> Iterator[Databases]:
    """Run a PostgreSQL; PGBIN picks its version. If not durable, a crash may take back what was committed."""
    pg_bin = os.environ.get("PGBIN")
    binaries = find_binaries(Path(pg_bin) if pg_bin else None)
    on_disk = place / "postgres"
    with nullcontext(on_disk) if durable else server_folder(on_disk) as folder:
        with EmbeddedServer(folder, binaries, durable=False) as server:
            made = Databases(server, folder).make()
            if not durable:
                yield made
        if durable:  # only from now on: to wait for the disk is most of what making takes
            with EmbeddedServer(folder, binaries) as server:
                yield Databases(server, folder)
