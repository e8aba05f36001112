"""A primary and its streaming standby, of which each can be stopped, and the second promoted."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.conftest import _migrate, _seed
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.privileges import choose_privileges

_PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Pair:
    """Both of them."""

    primary: EmbeddedServer
    standby: EmbeddedServer

    def url(self, *servers: EmbeddedServer, attributes: str = "read-write") -> str:
        """One URL of several hosts, of which the one is meant that can write."""
        hosts = ",".join(quote(str(one.socket_dir), safe="") for one in servers)
        ports = ",".join(["5432"] * len(servers))
        return f"postgresql://wildside@/wildside?host={hosts}&port={ports}&target_session_attrs={attributes}"

    def promote(self) -> None:
        """Make the standby a primary, and return once it is one."""
        with psycopg.connect(self.standby.url, autocommit=True) as connection:
            assert connection.execute("select pg_promote(true, %s)", [_PATIENCE]).fetchone() == (True,)


def programs() -> Path:
    """Those of PostgreSQL, with pg_basebackup; or leave the test out."""
    found = find_binaries(Path(environ["PGBIN"]) if "PGBIN" in environ else None)
    if not (found / "pg_basebackup").exists():
        pytest.skip(f"no pg_basebackup in {found}: name another folder by PGBIN")
    return found


@contextmanager
def pair(folder: Path) -> Iterator[Pair]:
    """Start both, seeded, the standby having caught up."""
    binaries, privileges = programs(), choose_privileges()
    with ExitStack() as stack:
        primary = stack.enter_context(EmbeddedServer(folder / "one", binaries, durable=False))
        folder_of = str(primary.socket_dir)
        for fill in (_migrate, _seed):
            fill(host=folder_of, port=5432, user="wildside", dbname="wildside")
        copy = folder / "two"
        copy.mkdir(mode=0o700)
        privileges.give(copy)
        options = ["--write-recovery-conf", "--checkpoint", "fast", "--no-sync", "--username", "wildside"]
        place: list[str | Path] = ["--pgdata", copy / "postgres", "--host", folder_of]
        code, output = privileges.run([binaries / "pg_basebackup", *options, *place])
        assert code == 0, output
        standby = stack.enter_context(EmbeddedServer(copy, binaries, durable=False))
        yield Pair(primary, standby)


def ask(server: EmbeddedServer, query: str) -> object:
    """The first column of the first row."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
