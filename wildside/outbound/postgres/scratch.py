"""Databases to try things in: made, used and dropped."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from wildside.config import DatabaseUrl
from wildside.domain.errors import NotPermitted, Unavailable
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer


class ScratchServer:
    """A server on which databases may be made and dropped."""

    def __init__(self, url: str, bin_dir: Path) -> None:
        self.bin_dir = bin_dir
        """The folder of PostgreSQL's own programs, pg_dump among them."""
        self.url = url
        """A database of the server, to ask for others."""

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[DatabaseUrl]:
        """Make a database, and drop it afterwards whatever happened in it."""
        name = f"wildside_scratch_{uuid4().hex[:12]}"
        identifier = sql.Identifier(name)
        self._run(sql.SQL("create database {} template {}").format(identifier, sql.Identifier(template)))
        try:
            yield DatabaseUrl.parse(_with_database(self.url, name))
        finally:
            self._run(sql.SQL("drop database {} with (force)").format(identifier))

    def _run(self, statement: sql.Composed) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotPermitted(str(error).strip()) from None
        except psycopg.Error as error:
            raise Unavailable(DatabaseUrl.parse(self.url).mask(str(error).strip())) from None


@contextmanager
def scratch_server(url: DatabaseUrl | None, pg_bin: Path | None) -> Iterator[ScratchServer]:
    """Use the server of a URL, whose user may create databases, or one of our own that keeps nothing."""
    binaries = find_binaries(pg_bin)
    if url is not None:
        yield ScratchServer(url.asyncpg, binaries)
        return
    with (
        tempfile.TemporaryDirectory(prefix="wildside-") as folder,
        EmbeddedServer(Path(folder), binaries, durable=False) as server,
    ):
        yield ScratchServer(server.url, binaries)


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
