"""Tells the log when this process begins to hear of new versions, and when it no longer does."""

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
    """Give each spell of listening a trace id of its own, so that its end is found with its beginning."""
    heard: bool | None = None
    trace_id = new_trace_id()
    while True:
        mark = news.mark
        if (mark is not None) != heard:
            heard = mark is not None
            trace_id = new_trace_id() if heard else trace_id
            with bound_contextvars(trace_id=trace_id):
                _tell(heard)
        await news.later(mark, _LONGEST)


def _tell(heard: bool) -> None:
    if heard:
        log.info("listening")
    else:
        log.warning("not listening")
