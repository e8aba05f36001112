"""Store a walk that a device tells of for the first time."""

from uuid import UUID

from wildside.domain.errors import Conflict, Fault, InvalidRequest
from wildside.domain.walks import Walk, WalkSession, unknown_places
from wildside.ports.database import Stores


async def start_walk(stores: Stores, user_id: UUID, walk: Walk) -> WalkSession:
    """Return what was stored; all within the caller's transaction.

    Raises InvalidRequest that lists a route that the user does not see and every unknown place, Conflict
    where they have a walk of this id.
    """
    faults = []
    if not await stores.routes.sees(user_id, walk.route_id):
        faults.append(Fault("/routeId", "unknown_key", "There is no such route."))
    faults += unknown_places(walk.highlights, await stores.walks.missing(walk.highlights))
    if faults:
        raise InvalidRequest("The request names what there is not.", faults)
    stored = await stores.walks.add(user_id, walk)
    if stored is None:
        raise Conflict("You have a walk of this id: change it with PATCH, or make another id.")
    return stored
