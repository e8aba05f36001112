"""Users over dicts."""

from uuid import UUID

from wildside.domain.users import User
from wildside.outbound.memory.books import Session


class MemoryUsers:
    """Keeps users."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, user_id: UUID, display_name: str) -> User:
        """Make a user."""
        users = (await self._session.claim()).people.users
        users[user_id] = User(user_id, display_name, self._session.shelf.now())
        return users[user_id]

    async def get(self, user_id: UUID) -> User | None:
        """Return a user."""
        return self._session.books.people.users.get(user_id)
