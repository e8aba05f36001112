"""What is asked of notes."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.notes import Note, Writing
from wildside.domain.pages import Seek


class NoteStore(Protocol):
    """Keeps notes. What is somebody else's is not there."""

    async def get(self, user_id: UUID, route_id: UUID, note_id: UUID) -> Note | None:
        """Return a user's note along a route."""
        ...

    async def page(self, user_id: UUID, route_id: UUID, seek: Seek) -> Sequence[Note]:
        """Return a user's notes along a route, the nearest to the cut first."""
        ...

    async def hold(self, user_id: UUID, route_id: UUID, note_id: UUID) -> int | None:
        """Return the revision that there is, and let nobody replace it until the transaction ends.

        Where there is none yet, another may still be first. Raises Conflict where the note is of another
        route, Unauthorized where there is no such user.
        """
        ...

    async def save(self, user_id: UUID, writing: Writing, replaced: int | None) -> Note:
        """Write a note in place of a revision, or, with None, as the first; return what was stored.

        Raises what `hold` does, RevisionMismatch where there is another revision, InvalidRequest where there
        is no such place, NotFound where there is no such route.
        """
        ...

    async def remove(
        self, user_id: UUID, route_id: UUID, note_id: UUID, revisions: Collection[int | None] | None
    ) -> bool:
        """Remove a note that has one of these revisions, or any where they are None; tell whether it did."""
        ...
