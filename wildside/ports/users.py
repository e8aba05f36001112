"""What is asked of the accounts."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.users import User


class UserStore(Protocol):
    """Keeps users."""

    async def add(self, user_id: UUID, display_name: str) -> User:
        """Make a user, and return them."""
        ...

    async def get(self, user_id: UUID) -> User | None:
        """Return a user."""
        ...

    async def page(self, seek: Seek) -> Sequence[User]:
        """Return users of the list USERS, at most `seek.count`, the nearest to the cut first."""
        ...
