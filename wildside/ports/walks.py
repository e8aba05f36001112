"""What is asked of walks."""

from collections.abc import Sequence, Set
from typing import Protocol
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.walks import Walk, WalkSession


class WalkStore(Protocol):
    """Keeps walks."""

    async def completed(self, user_id: UUID, seek: Seek) -> Sequence[WalkSession]:
        """Return a user's walks of the list COMPLETED, the nearest to the cut first."""
        ...

    async def get(self, user_id: UUID, walk_id: UUID) -> WalkSession | None:
        """Return a walk of a user."""
        ...

    async def hold(self, user_id: UUID, walk_id: UUID) -> WalkSession | None:
        """Return a walk of a user, and let nobody change it until the transaction ends.

        Raises Unauthorized where there is no such user.
        """
        ...

    async def missing(self, poi_ids: Sequence[UUID]) -> Set[UUID]:
        """Return those places that there are not; one that is retired is there."""
        ...

    async def add(self, user_id: UUID, walk: Walk) -> WalkSession | None:
        """Store a walk and return it, or None where the user has one with this id already.

        Raises Unauthorized where there is no such user, RetryTransaction where its route or a place
        has gone meanwhile.
        """
        ...

    async def change(self, user_id: UUID, walk: Walk) -> WalkSession:
        """Write a walk in place of the one that is held, but for its route and its start.

        Raises NotFound where there is none, RetryTransaction where a place has gone meanwhile.
        """
        ...
