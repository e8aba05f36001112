"""Write a note down, if it is still what the caller means to replace."""

from uuid import UUID

from wildside.domain.errors import NotFound
from wildside.domain.notes import Note, Writing
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores
from wildside.usecases.replace_revision import replace_revision


async def write_note(stores: Stores, user_id: UUID, writing: Writing, expected: Expected) -> Note:
    """Return what was stored; all within the caller's transaction.

    Raises NotFound where the user sees no such route, Conflict where the note is of another one,
    InvalidRequest where there is no such place, and RevisionMismatch or PreconditionFailed.
    """
    route_id, note_id = writing.route_id, writing.note_id
    if not await stores.routes.sees(user_id, route_id):
        raise NotFound("There is no such route.")
    return await replace_revision(
        expected,
        lambda: stores.notes.hold(user_id, route_id, note_id),
        lambda replaced: stores.notes.save(user_id, writing, replaced),
    )
