"""Change a walk that has not ended, if it is still what the caller means to change."""

from uuid import UUID

from wildside.domain.errors import NotFound, WalkEnded
from wildside.domain.revisions import Expected
from wildside.domain.walks import WalkChanges, WalkSession, unknown_places
from wildside.ports.database import Stores


async def change_walk(
    stores: Stores, user_id: UUID, walk_id: UUID, changes: WalkChanges, expected: Expected
) -> WalkSession:
    """Return what was stored; all within the caller's transaction.

    Raises NotFound, WalkEnded whatever the revision is, RevisionMismatch or PreconditionFailed, and
    InvalidRequest for an end before the start and for unknown places.
    """
    stored = await stores.walks.hold(user_id, walk_id)
    if stored is None:
        raise NotFound("You have no such walk.")
    if stored.walk.ended_at is not None:
        raise WalkEnded("This walk has ended, and stays as it is.")
    expected.check(stored.revision)
    places = changes.highlights or ()
    unknown = unknown_places(places, await stores.walks.missing(places))
    return await stores.walks.change(user_id, changes.of(stored.walk, unknown))
