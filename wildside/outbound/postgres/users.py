"""Users in PostgreSQL."""

from typing import Any
from uuid import UUID

from wildside.domain.users import User
from wildside.outbound.postgres.session import Session

_ADD = """
insert into users (id, display_name) values ($1, $2)
returning id, display_name, created_at
"""

_GET = "select id, display_name, created_at from users where id = $1"


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


def _user(row: Any) -> User:
    return User(row["id"], row["display_name"], row["created_at"])
