"""What grows with the data: seed, unchanged seed, release; at 1, 10 and 100 times the real rows.

python -m bench.growth
"""

import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.release import build_release
from wildside.outbound.files import read_source
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.pool import OPERATOR_LIMITS, PostgresDatabase
from wildside.usecases.seed_reference import SeedOrder, seed_reference

ROWS = 559


def grown(folder: Path, times: int) -> Path:
    """The real reference data with so many more tags that there are `times` as many rows in all."""
    shutil.copytree(sql_folder() / "reference", folder)
    path = folder / "tags.json"
    rows = json.loads(path.read_text())
    model = rows[0]
    rows += [{**model, "slug": f"tag-{n}", "sort_order": 1000 + n} for n in range(ROWS * (times - 1))]
    path.write_text(json.dumps(rows))
    return folder


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


async def measure(url: str, folder: Path) -> list[float]:
    order = SeedOrder("bench", "bench", lambda: datetime.now(UTC))
    async with PostgresDatabase(url, OPERATOR_LIMITS, "bench") as database:

        async def seed() -> object:
            return await seed_reference(database, read_source(folder), order)

        async def release() -> object:
            async with database.reading() as stores:
                return build_release(await stores.reference.content())

        first, repeated = await timed(seed), await timed(seed)
        # The same rows in other bytes: everything is compared, nothing is written.
        path = folder / "tags.json"
        path.write_text(path.read_text() + "\n")
        return [first, repeated, await timed(seed), await timed(release)]


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


def main() -> None:
    print("| rows | seed | same source again | same rows, other bytes | release built |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, database_server(Path(folder)) as server:
        for times in (1, 10, 100):
            with fresh_database(server, f"growth_{times}") as url:
                figures = asyncio.run(measure(url, grown(Path(folder, f"x{times}"), times)))
            print(f"| {ROWS * times:,} | " + " | ".join(f"{figure:,.0f} ms" for figure in figures) + " |")


if __name__ == "__main__":
    main()
