"""A server with the roles, made the way an operator makes it: every step as the role whose work it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.cli.program import environment, python, wildside
from tests.memory import keep_small, server_folder
from wildside.outbound.postgres.binaries import installed, major_version
from wildside.outbound.postgres.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]
YOYO = Path(sys.executable).with_name("yoyo")


@dataclass(frozen=True)
class Separated:
    """The server, and its database seen by each role; `superuser` is who made it."""

    superuser: str

    def url(self, role: str) -> str:
        return self.superuser.replace("//wildside@", f"//wildside_{role}@")

    def connect(self, role: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(role), autocommit=True)


def majors() -> dict[int, Path]:
    """The versions of PostgreSQL that are here, the preferred folder of each."""
    found: dict[int, Path] = {}
    for folder in installed():
        found.setdefault(major_version(folder), folder)
    return found


@contextmanager
def separated(place: Path, pg_bin: Path) -> Iterator[Separated]:
    """An empty database, then roles, migrations, grants and rows."""
    with server_folder(place) as folder, EmbeddedServer(folder, pg_bin, durable=False) as server:
        keep_small(server.url)
        made = Separated(server.url)
        did("db", "roles", "--apply", url=made.superuser)
        migrate(made.url("migrator"))
        did("db", "repeatables", url=made.url("migrator"))
        did("seed", url=made.url("migrator"))
        yield made


def did(*arguments: str, url: str, code: int = 0) -> str:
    """Run a command that has to end so, and return what it printed."""
    done = wildside(*arguments, env={"DATABASE_URL": url})
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def migrate(url: str) -> None:
    """Run yoyo as an operator does, in the checkout."""
    done = python(str(YOYO), "apply", cwd=ROOT, env=environment(DATABASE_URL=url))
    assert done.returncode == 0, done.stdout + done.stderr
