"""Users over dicts."""

from collections.abc import Sequence
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.users import USERS, Account, User
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.pages import nearest
from wildside.outbound.memory.throttle import MemoryThrottle


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

    async def erase(self, user_id: UUID) -> bool:
        """Remove a user and all that is theirs."""
        books = await self._session.claim()
        people = books.people
        there = user_id in people.users
        books.city.forget(user_id, self._session.shelf.now())
        if user_id in people.usernames:
            await MemoryThrottle(self._session).forget(people.usernames[user_id])
        people.erase(user_id)
        return there

    async def grant(self, user_id: UUID, role: str) -> bool:
        """Give a role."""
        people = (await self._session.claim()).people
        people.must_have(user_id)
        new = (user_id, role) not in people.roles
        people.roles[user_id, role] = None
        return new

    async def withdraw(self, user_id: UUID, role: str) -> bool:
        """Take a role away."""
        roles = (await self._session.claim()).people.roles
        had = (user_id, role) in roles
        roles.pop((user_id, role), None)
        return had

    async def account(self, username: str) -> Account | None:
        """Return the account that a username logs in to."""
        return next((one for one in await self.accounts() if one.username == username), None)

    async def accounts(self) -> Sequence[Account]:
        """Return every account with a username."""
        people = self._session.books.people
        found = [
            Account(people.users[owner], name, people.roles_of(owner), people.credentials[owner].disabled_at)
            for owner, name in people.usernames.items()
        ]
        return sorted(found, key=lambda one: one.username)

    async def page(self, seek: Seek) -> Sequence[User]:
        """Return users of the list, the nearest to the cut first."""
        return nearest(USERS, self._session.books.people.users.values(), seek)
