"""What is asked of the accounts."""

from typing import Protocol
from uuid import UUID

from wildside.domain.users import User


class UserStore(Protocol):
    """Keeps users."""

    async def add(self, user_id: UUID, display_name: str) -> User:
        """Make a user, and return them."""
        ...

    async def get(self, user_id: UUID) -> User | None:
        """Return a user."""
        ...
