"""Credentials in PostgreSQL."""

from datetime import datetime
from uuid import UUID

from wildside.domain.errors import Unauthorized
from wildside.domain.passwords import Credentials
from wildside.outbound.postgres.session import Session, store

_ADD = "insert into user_credentials (user_id, username, password_hash) values ($1, $2, $3)"

_FIND = "select user_id, password_hash, changed_at, disabled_at from user_credentials where username = $1"

# Shared: many may log in to an account at once. Who sets the password, disables or erases waits for them.
_HOLD = """
select user_id from user_credentials
 where user_id = $1 and changed_at = $2 and disabled_at is null
   for share
"""

_RENEW = "update user_credentials set password_hash = $2 where user_id = $1"

_SET = """
update user_credentials set password_hash = $2, changed_at = clock_timestamp()
 where user_id = $1
returning user_id
"""

_SWITCH = """
update user_credentials set disabled_at = case when $2 then clock_timestamp() end
 where user_id = $1 and (disabled_at is not null) <> $2
returning user_id
"""


@store("user_credentials")
class PostgresCredentials:
    """Keeps usernames and hashes of passwords."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, user_id: UUID, username: str, password_hash: str) -> None:
        """Let a user log in."""
        await self._session.rows(_ADD, user_id, username, password_hash)

    async def find(self, username: str) -> Credentials | None:
        """Return what a password is checked against."""
        row = await self._session.row(_FIND, username)
        return Credentials(**row) if row else None

    async def hold(self, user_id: UUID, changed_at: datetime) -> bool:
        """Return whether the password is that of `changed_at` still, and the account not disabled."""
        return await self._session.row(_HOLD, user_id, changed_at) is not None

    async def renew(self, user_id: UUID, password_hash: str) -> None:
        """Keep another hash of the same password."""
        await self._session.rows(_RENEW, user_id, password_hash)

    async def set_password(self, user_id: UUID, password_hash: str) -> None:
        """Keep the hash of another password."""
        if await self._session.row(_SET, user_id, password_hash) is None:
            raise Unauthorized("This account is no longer there.")

    async def switch(self, user_id: UUID, *, disabled: bool) -> bool:
        """Disable or enable an account."""
        return await self._session.row(_SWITCH, user_id, disabled) is not None
