"""What is asked of the accounts."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.users import Account, User


class UserStore(Protocol):
    """Keeps users."""

    async def add(self, user_id: UUID, display_name: str) -> User:
        """Make a user, and return them."""
        ...

    async def get(self, user_id: UUID) -> User | None:
        """Return a user."""
        ...

    async def erase(self, user_id: UUID) -> bool:
        """Remove a user and all that is theirs, attempts to log in too; return whether there was one."""
        ...

    async def grant(self, user_id: UUID, role: str) -> bool:
        """Give a role, and return whether it is new. Raises Unauthorized where there is no such user."""
        ...

    async def withdraw(self, user_id: UUID, role: str) -> bool:
        """Take a role away, and return whether they had it."""
        ...

    async def account(self, username: str) -> Account | None:
        """Return the account that a folded username logs in to."""
        ...

    async def accounts(self) -> Sequence[Account]:
        """Return every account with a username, by username."""
        ...

    async def page(self, seek: Seek) -> Sequence[User]:
        """Return users of the list USERS, at most `seek.count`, the nearest to the cut first."""
        ...
