"""Sessions in PostgreSQL, by its clock."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from wildside.domain.sessions import Session as UserSession
from wildside.domain.sessions import SignedIn
from wildside.outbound.postgres.session import Session, store

_BEGIN = """
insert into sessions (id, user_id, issued_at, expires_at)
select $1, $2, n.now, n.now + $3::interval
  from (select clock_timestamp() as now) n
returning id, user_id, issued_at, expires_at, revoked_at
"""

# By id alone: the session is what tells whose it is. Without credentials, or with disabled
# ones, nobody is logged in.
_SIGNED_IN = """
select s.user_id, array(select r.role from user_roles r where r.user_id = s.user_id) as roles
  from sessions s
  join user_credentials c on c.user_id = s.user_id and c.disabled_at is null
 where s.id = $1 and s.revoked_at is null and s.expires_at > clock_timestamp()
"""

_END = """
update sessions set revoked_at = clock_timestamp()
 where user_id = $1 and id = $2 and revoked_at is null and expires_at > clock_timestamp()
returning id
"""

_OF_USER = """
select id, user_id, issued_at, expires_at, revoked_at
  from sessions
 where user_id = $1 and revoked_at is null and expires_at > clock_timestamp()
 order by issued_at, id
"""

_END_ALL = """
update sessions set revoked_at = clock_timestamp()
 where user_id = $1 and revoked_at is null and expires_at > clock_timestamp()
returning id
"""


@store("sessions")
class PostgresSessions:
    """Keeps sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self, session_id: UUID, user_id: UUID, lifetime: timedelta) -> UserSession:
        """Begin a session."""
        row = await self._session.row(_BEGIN, session_id, user_id, lifetime)
        return UserSession(**row)

    async def signed_in(self, session_id: UUID) -> SignedIn | None:
        """Return whose session it is, if it holds."""
        row = await self._session.row(_SIGNED_IN, session_id)
        return SignedIn(row["user_id"], session_id, frozenset(row["roles"])) if row else None

    async def end(self, user_id: UUID, session_id: UUID) -> bool:
        """End a session of a user for all nodes."""
        return await self._session.row(_END, user_id, session_id) is not None

    async def of_user(self, user_id: UUID) -> Sequence[UserSession]:
        """Return the sessions of a user that hold."""
        return [UserSession(**row) for row in await self._session.rows(_OF_USER, user_id)]

    async def end_all(self, user_id: UUID) -> int:
        """End every session of a user for all nodes."""
        return len(await self._session.rows(_END_ALL, user_id))
