"""Removal of what counts no longer, in PostgreSQL, by its clock.

`now()` and not `clock_timestamp()`: an index can be asked for what is before a moment that stays. Rows
that another process holds are skipped, so that two never wait for each other.
"""

from datetime import timedelta

from wildside.outbound.postgres.session import Session

# By where they are rather than by a join: of a limit that it does not know the planner thinks a tenth of all
# rows, and would read the whole table to find five hundred.
_SESSIONS = """
with removed as (
    delete from sessions
     where ctid = any (array(select ctid from sessions
                              where expires_at <= now()
                              order by expires_at limit $1 for update skip locked))
    returning 1)
select count(*) from removed
"""

_ANSWERS = """
with removed as (
    delete from idempotency_keys
     where ctid = any (array(select ctid from idempotency_keys
                              where expires_at <= now()
                              order by expires_at limit $1 for update skip locked))
    returning 1)
select count(*) from removed
"""

_ATTEMPTS = """
with removed as (
    delete from login_attempts
     where ctid = any (array(select ctid from login_attempts
                              where attempted_at < now() - $2::interval
                              order by attempted_at limit $1 for update skip locked))
    returning 1)
select count(*) from removed
"""


class PostgresHousekeeping:
    """Removes what counts no longer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def remove_sessions(self, most: int) -> int:
        """Remove sessions that have expired."""
        return int(await self._session.value(_SESSIONS, most))

    async def remove_answers(self, most: int) -> int:
        """Remove answers that are kept for repeated calls and have expired."""
        return int(await self._session.value(_ANSWERS, most))

    async def remove_attempts(self, most: int, kept: timedelta) -> int:
        """Remove failed logins that are older than `kept`."""
        return int(await self._session.value(_ATTEMPTS, most, kept))
