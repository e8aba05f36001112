"""Attempts to log in, in PostgreSQL, by its clock."""

from math import ceil

from wildside.domain.errors import RateLimited
from wildside.domain.throttle import PER_ACCOUNT, PER_ADDRESS, WINDOW, name_hash
from wildside.outbound.postgres.session import Session, store

# A statement of its own: what comes next sees what the holder before committed. Two addresses
# whose hashes meet would only wait for each other.
_LOCK = "select pg_advisory_xact_lock(hashtextextended('login from ' || $1, 5))"

# From when on the newest that count leave room for one more, of this name and of any; until then
# nothing is written, so that no flood fills the table. Some that count no longer are taken out:
# more than come in.
_ATTEMPT = """
with clock as (select clock_timestamp() as now),
forgotten as (
    delete from login_attempts
     where id in (select old.id from login_attempts old, clock
                   where old.attempted_at <= clock.now - $3::interval
                   order by old.attempted_at limit 20 for update of old skip locked)
),
recent as materialized (
    select made.username_hash, made.attempted_at
      from login_attempts made, clock
     where made.address = $1::text::inet and made.attempted_at > clock.now - $3::interval
),
room as (
    select greatest(
               (select attempted_at from recent where username_hash = $2
                 order by attempted_at desc offset $4::integer - 1 limit 1),
               (select attempted_at from recent order by attempted_at desc offset $5::integer - 1 limit 1)
           ) + $3::interval - clock.now as wait
      from clock
),
noted as (
    insert into login_attempts (username_hash, address)
    select $2, $1::text::inet from room where wait is null
    returning id
)
select (select id from noted) as id, extract(epoch from wait)::double precision as wait from room
"""

_TAKE_OUT = "delete from login_attempts where id = $1"

_FORGET = "delete from login_attempts where username_hash = $1"


@store("login_attempts")
class PostgresThrottle:
    """Counts attempts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def attempt(self, username: str, address: str) -> int:
        """Note an attempt and return its number."""
        await self._session.rows(_LOCK, address)
        limits = (WINDOW, PER_ACCOUNT, PER_ADDRESS)
        row = await self._session.row(_ATTEMPT, address, name_hash(username), *limits)
        if row["id"] is None:
            raise RateLimited("Too many attempts to log in failed.", max(1, ceil(row["wait"])))
        number: int = row["id"]
        return number

    async def take_out(self, attempt: int) -> None:
        """Forget an attempt."""
        await self._session.rows(_TAKE_OUT, attempt)

    async def forget(self, username: str) -> None:
        """Forget all attempts with a name."""
        await self._session.rows(_FORGET, name_hash(username))
