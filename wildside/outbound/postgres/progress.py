"""Progress along routes in PostgreSQL. Every statement on what is a user's names them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from wildside.domain.errors import Unauthorized
from wildside.domain.progress import Progress, Visits
from wildside.outbound.postgres.revisions import mismatch
from wildside.outbound.postgres.session import Session, store

_GET = """
select p.revision, p.updated_at,
       array(select s.stop_id from route_progress_stops s
              where s.user_id = $1 and s.route_id = $2 order by s.position) as visited_stops
  from route_progress p
 where p.user_id = $1 and p.route_id = $2
"""

_STRANGERS = """
select k.id from unnest($2::uuid[]) as k (id)
 where not exists (select from route_stops s where s.route_id = $1 and s.id = k.id)
"""

# The user before what is theirs, as who erases them does: else the two could wait for each other.
_HOLD = """
with owner as (select id from users where id = $1 for key share)
select (select p.revision from route_progress p
         where p.user_id = $1 and p.user_id = owner.id and p.route_id = $2 for no key update) as revision
  from owner
"""

_FIRST = """
with owner as (select id from users where id = $1 for key share)
insert into route_progress (user_id, route_id, revision)
select $1, $2::uuid, 1 from owner
on conflict (user_id, route_id) do nothing
returning revision, updated_at
"""

_NEXT = """
with owner as (select id from users where id = $1 for key share)
update route_progress p set revision = p.revision + 1
  from owner
 where p.user_id = $1 and p.user_id = owner.id and p.route_id = $2 and p.revision = $3
returning p.revision, p.updated_at
"""

# Who visits one more stop writes one row, however many they have visited before.
_VISITS = """
with visited as (
    select k.id, k.place - 1 as position from unnest($3::uuid[]) with ordinality as k (id, place)
), gone as (
    delete from route_progress_stops s
     where s.user_id = $1 and s.route_id = $2 and not exists (select from visited v where v.id = s.stop_id)
)
insert into route_progress_stops as s (user_id, route_id, stop_id, position)
select $1, $2, v.id, v.position from visited v
on conflict (user_id, route_id, stop_id) do update set position = excluded.position
 where s.position <> excluded.position
"""


@store("route_progress")
class PostgresProgress:
    """Keeps progress along routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, user_id: UUID, route_id: UUID) -> Progress | None:
        """Return how far a user has come along a route."""
        row = await self._session.row(_GET, user_id, route_id)
        if row is None:
            return None
        return Progress(user_id, route_id, tuple(row["visited_stops"]), row["revision"], row["updated_at"])

    async def strangers(self, route_id: UUID, stops: Sequence[UUID]) -> Collection[UUID]:
        """Return which of these are no stops of a route."""
        return {row["id"] for row in await self._session.rows(_STRANGERS, route_id, stops)}

    async def hold(self, user_id: UUID, route_id: UUID) -> int | None:
        """Return the revision that there is, and keep it until the transaction ends."""
        row = await self._session.row(_HOLD, user_id, route_id)
        if row is None:
            raise Unauthorized("This account is no longer there.")
        revision: int | None = row["revision"]
        return revision

    async def save(self, user_id: UUID, visits: Visits, replaced: int | None) -> Progress:
        """Write visits in place of a revision, or as the first."""
        if replaced is None:
            row = await self._session.row(_FIRST, user_id, visits.route_id)
        else:
            row = await self._session.row(_NEXT, user_id, visits.route_id, replaced)
        if row is None:
            raise mismatch(replaced, await self.hold(user_id, visits.route_id))
        await self._session.rows(_VISITS, user_id, visits.route_id, visits.stops)
        return Progress(user_id, visits.route_id, visits.stops, row["revision"], row["updated_at"])
