"""Users in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.users import Account, User
from wildside.outbound.postgres.pages import PageStatements
from wildside.outbound.postgres.session import Session, store
from wildside.outbound.postgres.throttle import PostgresThrottle

_ADD = """
insert into users (id, display_name) values ($1, $2)
returning id, display_name, created_at
"""

_GET = "select id, display_name, created_at from users where id = $1"

# In this order, which is that of a login: two that went at it from both ends would wait for each other.
_LOCK = "select username from user_credentials where user_id = $1 for update"
_ERASE = "delete from users where id = $1 returning id"

_GRANT = "insert into user_roles (user_id, role) values ($1, $2) on conflict do nothing returning user_id"

_WITHDRAW = "delete from user_roles where user_id = $1 and role = $2 returning user_id"

_ACCOUNTS = """
select u.id, u.display_name, u.created_at, c.username, c.disabled_at,
       array(select r.role from user_roles r where r.user_id = u.id) as roles
  from user_credentials c
  join users u on u.id = c.user_id
 where $1::text is null or c.username = $1
 order by c.username collate "C"
"""
# Along the index users_page, forward and backward: what a page costs does not depend on which it is.
PAGE = PageStatements(
    first="""
select id, display_name, created_at from users
 order by created_at, id
 limit $1
""",
    next="""
select id, display_name, created_at from users
 where (created_at, id) > ($2, $3)
 order by created_at, id
 limit $1
""",
    prev="""
select id, display_name, created_at from users
 where (created_at, id) <= ($2, $3)
 order by created_at desc, id desc
 limit $1
""",
)


@store("users")
class PostgresUsers:
    """Keeps users."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, user_id: UUID, display_name: str) -> User:
        """Make a user."""
        return _user(await self._session.row(_ADD, user_id, display_name))

    async def get(self, user_id: UUID) -> User | None:
        """Return a user."""
        row = await self._session.row(_GET, user_id)
        return _user(row) if row else None

    async def erase(self, user_id: UUID) -> bool:
        """Remove a user and all that is theirs: each row that refers to them goes with them."""
        username = await self._session.value(_LOCK, user_id)
        if username is not None:
            await PostgresThrottle(self._session).forget(username)
        return await self._session.row(_ERASE, user_id) is not None

    async def grant(self, user_id: UUID, role: str) -> bool:
        """Give a role."""
        return await self._session.row(_GRANT, user_id, role) is not None

    async def withdraw(self, user_id: UUID, role: str) -> bool:
        """Take a role away."""
        return await self._session.row(_WITHDRAW, user_id, role) is not None

    async def account(self, username: str) -> Account | None:
        """Return the account that a username logs in to."""
        row = await self._session.row(_ACCOUNTS, username)
        return _account(row) if row else None

    async def accounts(self) -> Sequence[Account]:
        """Return every account with a username."""
        return [_account(row) for row in await self._session.rows(_ACCOUNTS, None)]

    async def page(self, seek: Seek) -> Sequence[User]:
        """Return users of the list, the nearest to the cut first."""
        return [_user(row) for row in await PAGE.rows(self._session, seek)]


def _user(row: Any) -> User:
    return User(row["id"], row["display_name"], row["created_at"])


def _account(row: Any) -> Account:
    return Account(_user(row), row["username"], frozenset(row["roles"]), row["disabled_at"])
