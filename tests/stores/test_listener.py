"""The listener knows at once when its connection has ended, not only at its next heartbeat."""

import asyncio
from time import monotonic

from tests.sql.support import connect
from wildside.outbound.postgres.listener import Listener

KILL = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wildside listener'"


async def test_an_ended_connection_is_known_before_the_next_heartbeat(database_url: str) -> None:
    async with Listener(database_url, heartbeat=30.0) as news:
        mark = news.mark
        assert mark is not None
        with connect(database_url) as admin:
            admin.execute(KILL + " and datname = current_database()")
        started = monotonic()
        await news.later(mark, 5.0)
        assert news.mark is None
        assert monotonic() - started < 2.0


async def test_who_waits_for_news_waits_no_longer_than_asked(database_url: str) -> None:
    async with Listener(database_url) as news:
        started = monotonic()
        await asyncio.wait_for(news.later(news.mark, 0.05), 5.0)
        assert 0.04 < monotonic() - started < 2.0
