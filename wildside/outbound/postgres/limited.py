"""A transaction that brings its limits along, for connections that come through a pooler."""

from collections.abc import Mapping
from typing import Any


class Limited:
    """Begins, limits itself and ends in as many round trips as any other transaction.

    What a pooler lends for a transaction is a session of the pooler's own: it knows none of the
    settings that we gave at our connect, and what we set beyond a transaction others would get.
    """

    def __init__(self, connection: Any, settings: Mapping[str, str]) -> None:
        self._connection = connection
        self._begin = "; ".join(["begin", *(f"set local {name} = '{settings[name]}'" for name in settings)])

    async def start(self) -> None:
        """Begin, with the limits."""
        await self._connection.execute(self._begin)

    async def commit(self) -> None:
        """Keep what was done."""
        await self._connection.execute("commit")

    async def rollback(self) -> None:
        """Keep nothing."""
        await self._connection.execute("rollback")
