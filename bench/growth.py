"""Data that grow, and databases of our own to put them into."""

import json
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from wildside.config import DatabaseUrl, sql_folder
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.migrations import apply_migrations

ROWS = 559


def grown(folder: Path, wanted: int) -> Path:
    """The real reference data with so many more tags that there are as many rows in all as are wanted."""
    shutil.copytree(sql_folder() / "reference", folder)
    path = folder / "tags.json"
    rows = json.loads(path.read_text())
    model = rows[0]
    rows += [{**model, "slug": f"tag-{n}", "sort_order": 1000 + n} for n in range(wanted - ROWS)]
    path.write_text(json.dumps(rows))
    return folder


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


@contextmanager
def database_server(folder: Path) -> Iterator[EmbeddedServer]:
    """A PostgreSQL of our own that keeps nothing."""
    binaries = find_binaries(Path(os.environ["PGBIN"]) if "PGBIN" in os.environ else None)
    with EmbeddedServer(folder / "data", binaries, durable=False) as server:
        yield server


@contextmanager
def fresh_database(server: EmbeddedServer, name: str) -> Iterator[str]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    url = server.url.replace("/wildside?", f"/{name}?")
    apply_migrations(DatabaseUrl.parse(url), sql_folder() / "migrations", lambda _id: None)
    yield url
