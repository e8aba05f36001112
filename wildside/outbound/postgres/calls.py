"""Answers that are kept for repeated calls, in PostgreSQL."""

from datetime import timedelta

from wildside.domain.calls import Answer, Call, Kept
from wildside.domain.errors import CallInProgress
from wildside.outbound.postgres.session import Session, store

# A lock rather than a row: who comes second learns at once that somebody is at work, and need not
# wait for the end. Two keys whose hashes meet would only make one caller come again.
_LOCK = "select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || $3, 5))"

_KEPT = """
select request_hash, status_code, headers, response,
       extract(epoch from clock_timestamp() - created_at)::double precision as age
  from idempotency_keys
 where user_id = $1 and mutation = $2 and key = $3 and expires_at > clock_timestamp()
"""

# In place of an answer that has expired.
_KEEP = """
insert into idempotency_keys (user_id, mutation, key, request_hash, status_code, headers, response,
                              created_at, expires_at)
select $1, $2, $3, $4, $5, $6, $7, n.now, n.now + $8::interval
  from (select clock_timestamp() as now) n
on conflict (user_id, mutation, key) do update
   set request_hash = excluded.request_hash, status_code = excluded.status_code, headers = excluded.headers,
       response = excluded.response, created_at = excluded.created_at, expires_at = excluded.expires_at
"""


@store("idempotency_keys")
class PostgresCalls:
    """Keeps answers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, call: Call) -> Kept | None:
        """Hold the key until the transaction ends, and return the answer that is kept for it."""
        if not await self._session.value(_LOCK, str(call.user_id), call.mutation, str(call.key)):
            raise CallInProgress("A call with this Idempotency-Key is at work.")
        row = await self._session.row(_KEPT, call.user_id, call.mutation, call.key)
        if row is None:
            return None
        answer = Answer(row["status_code"], row["headers"], row["response"])
        return Kept(row["request_hash"], answer, row["age"])

    async def keep(self, call: Call, answer: Answer, lifetime: timedelta) -> None:
        """Keep an answer."""
        await self._session.rows(
            _KEEP,
            call.user_id,
            call.mutation,
            call.key,
            call.request_hash,
            answer.status,
            dict(answer.headers),
            answer.body,
            lifetime,
        )
