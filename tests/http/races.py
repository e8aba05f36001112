"""Many requests at once, and requests that wait for somebody in the middle of a transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import LiteralString

import httpx2

from tests.sql.support import Connection, connect, wait_until

AT_ONCE = 32
WAITS: LiteralString = """
select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
"""


async def in_time(*asking: Callable[[], Awaitable[httpx2.Response]]) -> list[httpx2.Response]:
    """Ask all at once; who finds the queue for a connection too long comes again, as they are told to."""

    async def ask(one: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
        for _ in range(20):
            answer = await one()
            if answer.status_code != 503:
                return answer
            assert (answer.json()["code"], answer.headers["retry-after"]) == ("database_unavailable", "1")
        raise AssertionError("never in")

    return await asyncio.gather(*map(ask, asking))


async def until_it_waits(operator: Connection) -> None:
    """Return once a request waits for a lock in the database of an operator."""
    with connect(operator.info.dsn) as other:
        await asyncio.to_thread(wait_until, other, WAITS, within=10.0)
