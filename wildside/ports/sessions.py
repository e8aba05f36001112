"""What is asked of the sessions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from wildside.domain.sessions import Session, SignedIn


class SessionStore(Protocol):
    """Keeps sessions; the clock is that of the store, the same for all nodes."""

    async def begin(self, session_id: UUID, user_id: UUID, lifetime: timedelta) -> Session:
        """Begin a session. Raises Unauthorized where there is no such user."""
        ...

    async def signed_in(self, session_id: UUID) -> SignedIn | None:
        """Return whose session it is, if it holds and the account is not disabled."""
        ...

    async def end(self, user_id: UUID, session_id: UUID) -> bool:
        """End a session of a user for all nodes; return whether it held until now."""
        ...

    async def of_user(self, user_id: UUID) -> Sequence[Session]:
        """Return the sessions of a user that hold, the oldest first."""
        ...

    async def end_all(self, user_id: UUID) -> int:
        """End every session of a user for all nodes; return how many held until now."""
        ...
