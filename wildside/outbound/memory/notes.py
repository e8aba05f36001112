"""Notes over dicts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from wildside.domain.errors import NotFound, RevisionMismatch
from wildside.domain.notes import Note, Writing, notes_of, of_another_route, unknown_place
from wildside.domain.pages import Seek
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.pages import nearest


class MemoryNotes:
    """Keeps notes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, user_id: UUID, route_id: UUID, note_id: UUID) -> Note | None:
        """Return a user's note along a route."""
        found = self._session.books.people.notes.get((user_id, note_id))
        return found if found and found.route_id == route_id else None

    async def page(self, user_id: UUID, route_id: UUID, seek: Seek) -> Sequence[Note]:
        """Return a user's notes along a route, the nearest to the cut first."""
        notes = self._session.books.people.notes.values()
        theirs = [one for one in notes if (one.user_id, one.route_id) == (user_id, route_id)]
        return nearest(notes_of(route_id), theirs, seek)

    async def hold(self, user_id: UUID, route_id: UUID, note_id: UUID) -> int | None:
        """Return the revision that there is, and keep it until the transaction ends."""
        people = (await self._session.claim()).people
        people.must_have(user_id)
        found = people.notes.get((user_id, note_id))
        if found and found.route_id != route_id:
            raise of_another_route()
        return found.revision if found else None

    async def save(self, user_id: UUID, writing: Writing, replaced: int | None) -> Note:
        """Write a note in place of a revision, or as the first."""
        actual = await self.hold(user_id, writing.route_id, writing.note_id)
        if actual != replaced:
            raise RevisionMismatch(replaced, actual)
        books = self._session.books
        if writing.route_id not in books.city.routes:
            raise NotFound("There is no such route.")
        if writing.poi_id not in {None, *books.city.pois}:
            raise unknown_place()
        made = self._next(user_id, writing)
        books.people.notes[user_id, writing.note_id] = made
        return made

    def _next(self, user_id: UUID, writing: Writing) -> Note:
        now = self._session.shelf.now()
        found = self._session.books.people.notes.get((user_id, writing.note_id))
        if found is None:
            return Note(user_id, writing.note_id, writing.route_id, writing.poi_id, writing.body, 1, now, now)
        return replace(
            found,
            poi_id=writing.poi_id,
            body=writing.body,
            revision=found.revision + 1,
            updated_at=max(now, found.updated_at + timedelta(microseconds=1)),
        )

    async def remove(
        self, user_id: UUID, route_id: UUID, note_id: UUID, revisions: Collection[int | None] | None
    ) -> bool:
        """Remove a note that has one of these revisions, or any."""
        notes = (await self._session.claim()).people.notes
        found = await self.get(user_id, route_id, note_id)
        if found is None or (revisions is not None and found.revision not in revisions):
            return False
        del notes[user_id, note_id]
        return True
