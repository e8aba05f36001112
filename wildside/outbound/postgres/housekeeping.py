"""Removal of what counts no longer, in PostgreSQL, by its clock.

`now()` and not `clock_timestamp()`: an index can be asked for what is before a moment that stays. Rows
that another process holds are skipped, so that two never wait for each other.
"""

from datetime import timedelta

from wildside.outbound.postgres.session import Session

_SESSIONS = """
with expired as materialized (
    select id from sessions where expires_at <= now() order by expires_at limit $1 for update skip locked),
removed as (delete from sessions s using expired e where s.id = e.id returning s.id)
select count(*) from removed
"""

_ANSWERS = """
with expired as materialized (
    select user_id, mutation, key from idempotency_keys
     where expires_at <= now() order by expires_at limit $1 for update skip locked),
removed as (
    delete from idempotency_keys k using expired e
     where k.user_id = e.user_id and k.mutation = e.mutation and k.key = e.key
    returning k.key)
select count(*) from removed
"""

_ATTEMPTS = """
with old as materialized (
    select id from login_attempts
     where attempted_at < now() - $2::interval order by attempted_at limit $1 for update skip locked),
removed as (delete from login_attempts a using old o where a.id = o.id returning a.id)
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
