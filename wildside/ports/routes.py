"""What is asked of routes."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.routes import Route, RouteWithPlaces, StopPlace


class RouteStore(Protocol):
    """Keeps routes."""

    async def sees(self, user_id: UUID, route_id: UUID) -> bool:
        """Return whether there is such a route that a user may see: one of theirs, or a curated one."""
        ...

    async def get(self, user_id: UUID, route_id: UUID) -> RouteWithPlaces | None:
        """Return a route that a user may see: one of theirs, or a curated one."""
        ...

    async def curated(self, route_ids: Sequence[UUID]) -> Sequence[RouteWithPlaces]:
        """Return which of these are there and curated, by their ids."""
        ...

    async def places(self, poi_ids: Sequence[UUID]) -> Sequence[StopPlace]:
        """Return which of these places there are, retired ones too, by their ids."""
        ...

    async def add(self, route: Route) -> None:
        """Keep a new route with its stops; when it was made is for the store to say.

        Raises ConstraintViolated where the id is taken, or a place is not there.
        """
        ...
