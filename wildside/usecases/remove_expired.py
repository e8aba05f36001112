"""Remove what counts no longer, a batch a transaction."""

from collections.abc import Awaitable, Callable

from wildside.domain.housekeeping import ATTEMPTS_KEPT, BATCH, Removed
from wildside.ports.database import Database, Stores


async def remove_expired(database: Database, batch: int = BATCH) -> Removed:
    """Remove expired sessions, kept answers and old failed logins; return how many of each.

    Each batch commits by itself: what was removed before an error stays removed.
    """
    return Removed(
        await _all(database, batch, lambda stores: stores.housekeeping.remove_sessions(batch)),
        await _all(database, batch, lambda stores: stores.housekeeping.remove_answers(batch)),
        await _all(database, batch, lambda stores: stores.housekeeping.remove_attempts(batch, ATTEMPTS_KEPT)),
    )


async def _all(database: Database, batch: int, remove: Callable[[Stores], Awaitable[int]]) -> int:
    total = 0
    while True:
        async with database.transaction() as stores:
            removed = await remove(stores)
        total += removed
        if removed < batch:
            return total
