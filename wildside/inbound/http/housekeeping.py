"""The server's own work in the background: now and then it removes what counts no longer."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from structlog.contextvars import bound_contextvars

from wildside.domain.errors import WildsideError
from wildside.domain.housekeeping import EVERY
from wildside.inbound.traces import new_trace_id
from wildside.ports.database import Database
from wildside.usecases.remove_expired import remove_expired

log = structlog.get_logger()


def some_minutes() -> float:
    """Return how many seconds to wait: each process another time, so that they do not come together."""
    return EVERY.total_seconds() * random.uniform(0.5, 1.5)  # noqa: S311 - not a secret


@asynccontextmanager
async def housekeeping(database: Database, pause: Callable[[], float] = some_minutes) -> AsyncIterator[None]:
    """Keep the database small while the context lasts, whatever happens to it meanwhile."""
    task = asyncio.create_task(_now_and_then(database, pause))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _now_and_then(database: Database, pause: Callable[[], float]) -> None:
    while True:
        await asyncio.sleep(pause())
        with bound_contextvars(trace_id=new_trace_id()):
            await _once(database)


async def _once(database: Database) -> None:
    try:
        removed = await remove_expired(database)
    except WildsideError as error:
        log.warning("housekeeping has to wait", code=error.code, error=str(error))
    except Exception:
        # Nothing that goes wrong here may end what people came for, nor the next attempt.
        log.exception("housekeeping failed")
    else:
        log.info(
            "housekeeping", sessions=removed.sessions, answers=removed.answers, attempts=removed.attempts
        )
