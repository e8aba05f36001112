"""Users over dicts."""

from collections.abc import Sequence
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.users import USERS, User
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.pages import nearest


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

    async def page(self, seek: Seek) -> Sequence[User]:
        """Return users of the list, the nearest to the cut first."""
        return nearest(USERS, self._session.books.people.users.values(), seek)
