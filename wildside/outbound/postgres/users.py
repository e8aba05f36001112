"""Users in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wildside.domain.pages import Seek
from wildside.domain.users import User
from wildside.outbound.postgres.pages import PageStatements
from wildside.outbound.postgres.session import Session

_ADD = """
insert into users (id, display_name) values ($1, $2)
returning id, display_name, created_at
"""

_GET = "select id, display_name, created_at from users where id = $1"

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

    async def page(self, seek: Seek) -> Sequence[User]:
        """Return users of the list, the nearest to the cut first."""
        return [_user(row) for row in await PAGE.rows(self._session, seek)]


def _user(row: Any) -> User:
    return User(row["id"], row["display_name"], row["created_at"])
