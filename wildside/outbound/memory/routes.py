"""Routes over dicts."""

from uuid import UUID

from wildside.outbound.memory.books import Session


class MemoryRoutes:
    """Keeps routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def sees(self, user_id: UUID, route_id: UUID) -> bool:
        """Return whether there is such a route that a user may see."""
        found = self._session.books.city.routes.get(route_id)
        return found is not None and found.is_seen_by(user_id)
