"""What is asked of progress along routes."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.progress import Progress, Visits


class ProgressStore(Protocol):
    """Keeps progress along routes."""

    async def get(self, user_id: UUID, route_id: UUID) -> Progress | None:
        """Return how far a user has come along a route."""
        ...

    async def strangers(self, route_id: UUID, stops: Sequence[UUID]) -> Collection[UUID]:
        """Return which of these are no stops of a route."""
        ...

    async def hold(self, user_id: UUID, route_id: UUID) -> int | None:
        """Return the revision that there is, and let nobody replace it until the transaction ends.

        Where there is none yet, another may still be first. Raises Unauthorized where there is no such user.
        """
        ...

    async def save(self, user_id: UUID, visits: Visits, replaced: int | None) -> Progress:
        """Write visits in place of a revision, or, with None, as the first; return what was stored.

        Raises RevisionMismatch where there is another revision, Unauthorized where there is no such user,
        NotFound where there is no such route, RetryTransaction where a stop is no longer there.
        """
        ...
