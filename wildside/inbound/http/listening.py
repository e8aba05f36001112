"""Tells the log when this process no longer hears of new versions, and when it does again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from structlog.contextvars import bound_contextvars

from wildside.inbound.traces import new_trace_id
from wildside.ports.news import News

_LONGEST = 3600.0

log = structlog.get_logger()


@asynccontextmanager
async def listening(news: News) -> AsyncIterator[None]:
    """Watch the listener while the context lasts."""
    task = asyncio.create_task(_watch(news))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(news: News) -> None:
    """Give each time without a trace id of its own, so that its end is found with its beginning."""
    heard, trace_id = True, new_trace_id()
    while True:
        mark = news.mark
        if (mark is not None) != heard:
            heard = not heard
            trace_id = trace_id if heard else new_trace_id()
            with bound_contextvars(trace_id=trace_id):
                _tell(heard)
        await news.later(mark, _LONGEST)


def _tell(heard: bool) -> None:
    if heard:
        log.info("listener back")
    else:
        log.warning("listener lost")
