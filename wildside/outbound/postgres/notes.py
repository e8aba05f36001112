"""Notes in PostgreSQL. Every statement names the owner."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from wildside.domain.errors import Unauthorized
from wildside.domain.notes import Note, Writing, of_another_route
from wildside.domain.pages import Seek
from wildside.outbound.postgres.pages import PageStatements
from wildside.outbound.postgres.revisions import mismatch
from wildside.outbound.postgres.session import Session, store

_GET = """
select user_id, id, route_id, poi_id, body, revision, created_at, updated_at from route_notes
 where user_id = $1 and route_id = $2 and id = $3
"""

# Along the index route_notes_page, forward and backward.
PAGE = PageStatements(
    first="""
select user_id, id, route_id, poi_id, body, revision, created_at, updated_at from route_notes
 where user_id = $1 and route_id = $2
 order by created_at, id
 limit $3
""",
    next="""
select user_id, id, route_id, poi_id, body, revision, created_at, updated_at from route_notes
 where user_id = $1 and route_id = $2 and (created_at, id) > ($4, $5)
 order by created_at, id
 limit $3
""",
    prev="""
select user_id, id, route_id, poi_id, body, revision, created_at, updated_at from route_notes
 where user_id = $1 and route_id = $2 and (created_at, id) <= ($4, $5)
 order by created_at desc, id desc
 limit $3
""",
)

# The user before what is theirs, as who erases them does: else the two could wait for each other.
_HOLD = """
with owner as (select id from users where id = $1 for key share)
select n.route_id, n.revision
  from owner
  left join lateral (
       select r.route_id, r.revision from route_notes r
        where r.user_id = $1 and r.user_id = owner.id and r.id = $2 for no key update) n on true
"""

_FIRST = """
with owner as (select id from users where id = $1 for key share)
insert into route_notes (user_id, id, route_id, poi_id, body, revision)
select $1, $2::uuid, $3::uuid, $4::uuid, $5::text, 1 from owner
on conflict (user_id, id) do nothing
returning user_id, id, route_id, poi_id, body, revision, created_at, updated_at
"""

# A note stays with its route: that of another one is not replaced.
_NEXT = """
with owner as (select id from users where id = $1 for key share)
update route_notes n
   set poi_id = $4, body = $5, revision = n.revision + 1
  from owner
 where n.user_id = $1 and n.user_id = owner.id and n.id = $2 and n.route_id = $3 and n.revision = $6
returning n.user_id, n.id, n.route_id, n.poi_id, n.body, n.revision, n.created_at, n.updated_at
"""

_REMOVE = """
delete from route_notes
 where user_id = $1 and route_id = $2 and id = $3 and ($4::integer[] is null or revision = any ($4))
returning id
"""


@store("route_notes")
class PostgresNotes:
    """Keeps notes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, user_id: UUID, route_id: UUID, note_id: UUID) -> Note | None:
        """Return a user's note along a route."""
        row = await self._session.row(_GET, user_id, route_id, note_id)
        return _note(row) if row else None

    async def page(self, user_id: UUID, route_id: UUID, seek: Seek) -> Sequence[Note]:
        """Return a user's notes along a route, the nearest to the cut first."""
        return [_note(row) for row in await PAGE.rows(self._session, seek, user_id, route_id)]

    async def hold(self, user_id: UUID, route_id: UUID, note_id: UUID) -> int | None:
        """Return the revision that there is, and keep it until the transaction ends."""
        row = await self._session.row(_HOLD, user_id, note_id)
        if row is None:
            raise Unauthorized("This account is no longer there.")
        if row["route_id"] not in {None, route_id}:
            raise of_another_route()
        revision: int | None = row["revision"]
        return revision

    async def save(self, user_id: UUID, writing: Writing, replaced: int | None) -> Note:
        """Write a note in place of a revision, or as the first."""
        written = (user_id, writing.note_id, writing.route_id, writing.poi_id, writing.body)
        if replaced is None:
            row = await self._session.row(_FIRST, *written)
        else:
            row = await self._session.row(_NEXT, *written, replaced)
        if row is None:
            raise mismatch(replaced, await self.hold(user_id, writing.route_id, writing.note_id))
        return _note(row)

    async def remove(
        self, user_id: UUID, route_id: UUID, note_id: UUID, revisions: Collection[int | None] | None
    ) -> bool:
        """Remove a note that has one of these revisions, or any."""
        numbers = None if revisions is None else [*revisions]
        return await self._session.row(_REMOVE, user_id, route_id, note_id, numbers) is not None


def _note(row: Any) -> Note:
    return Note(
        row["user_id"],
        row["id"],
        row["route_id"],
        row["poi_id"],
        row["body"],
        row["revision"],
        row["created_at"],
        row["updated_at"],
    )
