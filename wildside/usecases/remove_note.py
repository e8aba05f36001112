"""Remove a note, if it is still the one that the caller means."""

from uuid import UUID

from wildside.domain.errors import NotFound, RetryTransaction
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores


async def remove_note(
    stores: Stores, user_id: UUID, route_id: UUID, note_id: UUID, expected: Expected
) -> None:
    """Remove it, within the caller's transaction.

    Raises NotFound where the user has no such note along that route, and PreconditionFailed.
    """
    if await stores.notes.remove(user_id, route_id, note_id, expected.revisions):
        return
    found = await stores.notes.get(user_id, route_id, note_id)
    if found is None:
        raise NotFound("There is no such note.")
    expected.check(found.revision)
    raise RetryTransaction("the revision was another a moment ago")
