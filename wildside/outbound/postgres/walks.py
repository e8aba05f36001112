"""Walks in PostgreSQL. Every statement names the owner."""

from collections.abc import Sequence, Set
from typing import Any
from uuid import UUID

from wildside.domain.errors import NotFound
from wildside.domain.pages import Seek
from wildside.domain.walks import PRIMARY, Stat, Walk, WalkSession
from wildside.outbound.postgres.owners import hold_owner
from wildside.outbound.postgres.pages import PageStatements
from wildside.outbound.postgres.session import Session, store

_GET = """
select w.user_id, w.id, w.route_id, w.started_at, w.ended_at, w.revision, w.created_at, w.updated_at,
       s.kinds, s.labels, s.numbers, s.units,
       array(select p.poi_id from walk_session_pois p
              where p.user_id = $1 and p.walk_session_id = w.id order by p.position) as pois
  from walk_sessions w
  cross join lateral (
       select array_agg(kind order by position, kind) as kinds,
              array_agg(label order by position, kind) as labels,
              array_agg(value order by position, kind) as numbers,
              array_agg(unit order by position, kind) as units
         from walk_session_stats where user_id = $1 and walk_session_id = w.id) s
 where w.user_id = $1 and w.id = $2
"""

_HOLD = "select id from walk_sessions where user_id = $1 and id = $2 for no key update"

_MISSING = """
select a.id from unnest($1::uuid[]) a (id) where not exists (select from pois p where p.id = a.id)
"""

_ADD = """
insert into walk_sessions (user_id, id, route_id, started_at, ended_at, revision)
values ($1, $2, $3, $4, $5, 1)
on conflict (user_id, id) do nothing
returning user_id, id, route_id, started_at, ended_at, revision, created_at, updated_at
"""

_CHANGE = """
update walk_sessions set ended_at = $3, revision = revision + 1
 where user_id = $1 and id = $2
returning user_id, id, route_id, started_at, ended_at, revision, created_at, updated_at
"""

_CLEAR = """
with stats as (delete from walk_session_stats where user_id = $1 and walk_session_id = $2)
delete from walk_session_pois where user_id = $1 and walk_session_id = $2
"""

# Either list of figures has places of its own.
_ADD_FIGURES = """
with stats as (
    insert into walk_session_stats (user_id, walk_session_id, kind, label, value, unit, position)
    select $1, $2, f.kind, f.label, f.value, f.unit, f.position
      from unnest($3::text[], $4::text[], $5::float8[], $6::text[], $7::int[])
           as f (kind, label, value, unit, position)
)
insert into walk_session_pois (user_id, walk_session_id, poi_id, position)
select $1, $2, h.poi_id, h.place - 1 from unnest($8::uuid[]) with ordinality as h (poi_id, place)
"""

# Along the index walk_sessions_completed, which has the newest end first.
COMPLETED_PAGE = PageStatements(
    first="""
select w.user_id, w.id, w.route_id, w.started_at, w.ended_at, w.revision, w.created_at, w.updated_at,
       s.kinds, s.labels, s.numbers, s.units,
       array(select p.poi_id from walk_session_pois p
              where p.user_id = $1 and p.walk_session_id = w.id order by p.position) as pois
  from walk_sessions w
  cross join lateral (
       select array_agg(kind order by position, kind) as kinds,
              array_agg(label order by position, kind) as labels,
              array_agg(value order by position, kind) as numbers,
              array_agg(unit order by position, kind) as units
         from walk_session_stats where user_id = $1 and walk_session_id = w.id) s
 where w.user_id = $1 and w.ended_at is not null
 order by w.ended_at desc, w.id desc
 limit $2
""",
    next="""
select w.user_id, w.id, w.route_id, w.started_at, w.ended_at, w.revision, w.created_at, w.updated_at,
       s.kinds, s.labels, s.numbers, s.units,
       array(select p.poi_id from walk_session_pois p
              where p.user_id = $1 and p.walk_session_id = w.id order by p.position) as pois
  from walk_sessions w
  cross join lateral (
       select array_agg(kind order by position, kind) as kinds,
              array_agg(label order by position, kind) as labels,
              array_agg(value order by position, kind) as numbers,
              array_agg(unit order by position, kind) as units
         from walk_session_stats where user_id = $1 and walk_session_id = w.id) s
 where w.user_id = $1 and w.ended_at is not null and (w.ended_at, w.id) < ($3, $4)
 order by w.ended_at desc, w.id desc
 limit $2
""",
    prev="""
select w.user_id, w.id, w.route_id, w.started_at, w.ended_at, w.revision, w.created_at, w.updated_at,
       s.kinds, s.labels, s.numbers, s.units,
       array(select p.poi_id from walk_session_pois p
              where p.user_id = $1 and p.walk_session_id = w.id order by p.position) as pois
  from walk_sessions w
  cross join lateral (
       select array_agg(kind order by position, kind) as kinds,
              array_agg(label order by position, kind) as labels,
              array_agg(value order by position, kind) as numbers,
              array_agg(unit order by position, kind) as units
         from walk_session_stats where user_id = $1 and walk_session_id = w.id) s
 where w.user_id = $1 and w.ended_at is not null and (w.ended_at, w.id) >= ($3, $4)
 order by w.ended_at, w.id
 limit $2
""",
)


@store("walk_sessions")
class PostgresWalks:
    """Keeps walks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def completed(self, user_id: UUID, seek: Seek) -> Sequence[WalkSession]:
        """Return a user's walks that have ended, the nearest to the cut first."""
        return [_read(row) for row in await COMPLETED_PAGE.rows(self._session, seek, user_id)]

    async def get(self, user_id: UUID, walk_id: UUID) -> WalkSession | None:
        """Return a walk of a user."""
        row = await self._session.row(_GET, user_id, walk_id)
        return _read(row) if row else None

    async def hold(self, user_id: UUID, walk_id: UUID) -> WalkSession | None:
        """Return a walk of a user, and keep it until the transaction ends."""
        await hold_owner(self._session, user_id)
        # It is read once it is held: together with what belongs to it, as whoever held it before left that.
        if await self._session.row(_HOLD, user_id, walk_id) is None:
            return None
        return await self.get(user_id, walk_id)

    async def missing(self, poi_ids: Sequence[UUID]) -> Set[UUID]:
        """Return those places that there are not."""
        rows = await self._session.rows(_MISSING, poi_ids) if poi_ids else []
        return {row["id"] for row in rows}

    async def add(self, user_id: UUID, walk: Walk) -> WalkSession | None:
        """Store a walk, unless the user has one with this id."""
        values = walk.id, walk.route_id, walk.started_at, walk.ended_at
        row = await self._session.row(_ADD, user_id, *values)
        return None if row is None else await self._with_figures(row, walk)

    async def change(self, user_id: UUID, walk: Walk) -> WalkSession:
        """Write a walk in place of the one that is held."""
        row = await self._session.row(_CHANGE, user_id, walk.id, walk.ended_at)
        if row is None:
            raise NotFound("You have no such walk.")
        await self._session.rows(_CLEAR, user_id, walk.id)
        return await self._with_figures(row, walk)

    async def _with_figures(self, row: Any, walk: Walk) -> WalkSession:
        stats = [*walk.primary, *walk.secondary]
        if stats or walk.highlights:
            await self._session.rows(
                _ADD_FIGURES,
                row["user_id"],
                row["id"],
                [stat.kind for stat in stats],
                [stat.label for stat in stats],
                [stat.value for stat in stats],
                [stat.unit for stat in stats],
                [*range(len(walk.primary)), *range(len(walk.secondary))],
                walk.highlights,
            )
        return _session(row, walk.primary, walk.secondary, walk.highlights)


def _read(row: Any) -> WalkSession:
    lists = [row[name] or () for name in ("kinds", "numbers", "labels", "units")]
    stats = [Stat(*figures) for figures in zip(*lists, strict=True)]
    return _session(
        row,
        tuple(stat for stat in stats if stat.kind in PRIMARY),
        tuple(stat for stat in stats if stat.kind not in PRIMARY),
        tuple(row["pois"]),
    )


def _session(
    row: Any, primary: tuple[Stat, ...], secondary: tuple[Stat, ...], highlights: tuple[UUID, ...]
) -> WalkSession:
    moments = row["started_at"], row["ended_at"]
    walk = Walk(row["id"], row["route_id"], *moments, primary, secondary, highlights)
    return WalkSession(row["user_id"], walk, row["revision"], row["created_at"], row["updated_at"])
