"""Readiness, asked of the database at most once a second however often it is asked of us."""

import asyncio
from time import monotonic

from wildside.ports.database import Database
from wildside.ports.news import News
from wildside.usecases.check_readiness import Checks, check_readiness

_LIFETIME = 1.0


class Readiness:
    """Remembers the last outcome for a second, and lets waiting requests share one look."""

    def __init__(self, database: Database, news: News, expected: frozenset[str]) -> None:
        self._database, self._news, self._expected = database, news, expected
        self._checks: Checks = {}
        self._until = 0.0
        self._looking = asyncio.Lock()

    async def __call__(self) -> Checks:
        """Return the outcome of every check by name."""
        async with self._looking:
            if monotonic() >= self._until:
                self._checks = await check_readiness(self._database, self._news, self._expected)
                self._until = monotonic() + _LIFETIME
            return self._checks
