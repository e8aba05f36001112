"""What is asked of routes."""

from typing import Protocol
from uuid import UUID


class RouteStore(Protocol):
    """Keeps routes."""

    async def sees(self, user_id: UUID, route_id: UUID) -> bool:
        """Return whether there is such a route that a user may see: one of theirs, or a curated one."""
        ...
