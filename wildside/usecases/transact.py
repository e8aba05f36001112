"""Write in a transaction, again where PostgreSQL asks for it; read, again where a connection was lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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
            return await _attempt(database, work)
        except RetryTransaction:
            await asyncio.sleep(pause)
    return await _attempt(database, work)


async def _attempt(database: Database, work: Callable[[Stores], Awaitable[T]]) -> T:
    """Try once, on a second connection where the first was lost before the transaction had begun."""
    try:
        async with database.transaction() as stores:
            return await work(stores)
    except ConnectionLost as error:
        if error.silent:  # there is no time for another silence
            raise
        async with database.transaction() as stores:
            return await work(stores)


async def look(database: Database, work: Callable[[Stores], Awaitable[T]]) -> T:
    """Read, once more on another connection where the first was lost."""
    try:
        async with database.reading() as stores:
            return await work(stores)
    except ConnectionLost as error:
        if error.silent:  # there is no time for another silence
            raise
        async with database.reading() as stores:
            return await work(stores)
