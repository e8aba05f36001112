"""Many who ask at once."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2

AT_ONCE = 32
WAITS = """
select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
"""
"""Whether anybody in this database waits for a lock."""


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
