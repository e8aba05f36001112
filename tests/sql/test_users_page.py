"""A page of users comes along its index, wherever it is, and whatever others write meanwhile."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.sql.plans import planned
from tests.sql.support import Connection, connect, scratch_database
from wildside.domain.pages import Page, Seek
from wildside.domain.users import USERS
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.outbound.postgres.users import PAGE

MANY = """
insert into users (id, display_name, created_at)
select gen_random_uuid(), 'User ' || n, timestamptz '2025-01-01' + (n / 3) * interval '1 s'
  from generate_series(1, 100000) n
"""


@pytest.fixture(scope="module")
def many(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[Connection]:
    """A hundred thousand users, three at each moment."""
    with scratch_database(cluster, template=migrated_template.template_dbname) as url, connect(url) as opened:
        opened.execute(MANY)
        opened.execute("vacuum analyze users")
        yield opened


KEYS = {
    "the beginning": ("2025-01-01T00:00:00Z", str(UUID(int=0))),
    "the middle": ("2025-01-01T04:37:46Z", "80000000-0000-4000-8000-000000000000"),
    "the end": ("2025-01-01T09:15:00Z", str(UUID(int=2**128 - 1))),
}


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("direction", ["first", "next", "prev"])
@pytest.mark.parametrize("place", KEYS)
def test_a_page_is_read_along_its_index(many: Connection, mode: str, direction: str, place: str) -> None:
    key = () if direction == "first" else KEYS[place]
    arguments = ["21", *(f"'{value}'" for value in key)]
    limit, *below = planned(many, getattr(PAGE, direction), arguments, mode)
    assert [node["Node Type"] for node in (limit, *below)] == ["Limit", "Index Scan"]
    (scan,) = below
    assert scan["Index Name"] == "users_page"
    assert scan["Scan Direction"] == ("Backward" if direction == "prev" else "Forward")
    assert "Filter" not in scan
    assert ("Index Cond" in scan) == (direction != "first")
    # 21 rows, each of a page of its own at the worst, and the way down the index.
    assert scan["Shared Hit Blocks"] + scan["Shared Read Blocks"] < 50


async def walk(database: PostgresDatabase, limit: int) -> tuple[list[UUID], list[UUID]]:
    """The ids on the way on, and on the way back, in the order of the list."""
    on = [await read(database, Seek(None, limit))]
    while (cursor := on[-1].next) is not None:
        on.append(await read(database, Seek(cursor, limit)))
        assert len(on) < 500, "it goes on and on"
    back = [on[-1]]
    while (cursor := back[-1].prev) is not None:
        back.append(await read(database, Seek(cursor, limit)))
        assert len(back) < 500, "it goes back and back"
    return ids(on), ids(back[::-1])


def ids(pages: list[Page[Any]]) -> list[UUID]:
    return [user.id for page in pages for user in page.rows]


async def read(database: PostgresDatabase, seek: Seek) -> Page[Any]:
    async with database.reading() as stores:
        return Page.of(USERS, seek, await stores.users.page(seek))


ADD = "insert into users (id, display_name, created_at) values ($1, 'Someone', $2)"
START = datetime(2025, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def busy(url: str, writers: int, dice: random.Random) -> AsyncIterator[list[int]]:
    """Others come and go, between those who stay and at the very same moments; counts what was written."""
    done = [0]

    async def write() -> None:
        connection = await asyncpg.connect(url)
        try:
            while True:
                mine = [uuid4() for _ in range(5)]
                for each in mine:
                    await connection.execute(ADD, each, START + timedelta(microseconds=dice.randrange(8)))
                    done[0] += 1
                for each in mine:
                    await connection.execute("delete from users where id = $1", each)
                    done[0] += 1
        finally:
            connection.terminate()

    tasks = [asyncio.create_task(write()) for _ in range(writers)]
    yield done
    for task in tasks:
        task.cancel()
    for task in tasks:
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("limit", [1, 3, 10])
async def test_who_stays_is_visited_once_however_busy_others_are(database_url: str, limit: int) -> None:
    dice = random.Random(limit)
    stable = sorted((START + timedelta(microseconds=dice.randrange(8)), uuid4()) for _ in range(60))
    async with PostgresDatabase(database_url, Limits(), "tests") as database:
        connection = await asyncpg.connect(database_url)
        await connection.executemany(ADD, [(each, moment) for moment, each in stable])
        await connection.close()
        expected = [each for _, each in stable]
        async with busy(database_url, 3, dice) as written:
            for _ in range(5):
                before = written[0]
                on, back = await walk(database, limit)
                assert [each for each in on if each in set(expected)] == expected
                assert [each for each in back if each in set(expected)] == expected
                assert written[0] > before, "nobody wrote meanwhile"
