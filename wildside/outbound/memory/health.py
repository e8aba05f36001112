"""What readiness asks, over a set."""

from wildside.outbound.memory.books import Session


class MemoryHealth:
    """Knows the migrations it was told of."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def applied_migrations(self) -> frozenset[str]:
        """Return the ids of the migrations that are said to be applied."""
        return self._session.shelf.migrations
