"""What is asked of the credentials."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from wildside.domain.passwords import Credentials


class CredentialStore(Protocol):
    """Keeps usernames and hashes of passwords. A username is folded."""

    async def add(self, user_id: UUID, username: str, password_hash: str) -> None:
        """Let a user log in. Raises UsernameTaken, and Unauthorized where there is no such user."""
        ...

    async def find(self, username: str) -> Credentials | None:
        """Return what a password is checked against."""
        ...

    async def hold(self, user_id: UUID, changed_at: datetime) -> bool:
        """Return whether the password is that of `changed_at` still, and the account not disabled.

        Neither changes until the transaction ends.
        """
        ...

    async def renew(self, user_id: UUID, password_hash: str) -> None:
        """Keep another hash of the same password."""
        ...

    async def set_password(self, user_id: UUID, password_hash: str) -> None:
        """Keep the hash of another password. Raises Unauthorized where nobody has these credentials."""
        ...

    async def switch(self, user_id: UUID, *, disabled: bool) -> bool:
        """Disable or enable an account, and return whether that changed it."""
        ...
