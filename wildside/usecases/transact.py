"""Write in a transaction, again where PostgreSQL asks for it; read, again where a connection was lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from wildside.domain.errors import ConnectionLost, RetryTransaction
from wildside.ports.database import Database, Stores

T = TypeVar("T")


async def transact(
    database: Database, work: Callable[[Stores], Awaitable[T]], pauses: Sequence[float] = (0.01, 0.03, 0.09)
) -> T:
    """Commit what `work` does, or nothing; each pause (seconds) is one more attempt.

    Raises RetryTransaction when every attempt met others, OutcomeUnknown when nobody knows.
    """
    for pause in pauses:
        try:
            return await _on(database.transaction, work)
        except RetryTransaction:
            await asyncio.sleep(pause)
    return await _on(database.transaction, work)


async def look(database: Database, work: Callable[[Stores], Awaitable[T]]) -> T:
    """Read, once more on another connection where the first was lost."""
    return await _on(database.reading, work)


async def _on(
    opened: Callable[[], AbstractAsyncContextManager[Stores]], work: Callable[[Stores], Awaitable[T]]
) -> T:
    """Work on a connection, and on another where it was lost; of a transaction only before it began.

    Later than that, what was lost is an OutcomeUnknown.
    """
    try:
        async with opened() as stores:
            return await work(stores)
    except ConnectionLost as error:
        if error.silent:  # there is no time for another silence
            raise
        async with opened() as stores:
            return await work(stores)
