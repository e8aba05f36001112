"""Replace the stops that a walker has visited, if it is still what the caller means to replace."""

from uuid import UUID

from wildside.domain.errors import NotFound
from wildside.domain.progress import Progress, Visits
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores
from wildside.usecases.replace_revision import replace_revision


async def change_progress(stores: Stores, user_id: UUID, visits: Visits, expected: Expected) -> Progress:
    """Return what was stored; all within the caller's transaction.

    Raises NotFound where the user sees no such route, InvalidRequest that lists the stops of other
    routes, and RevisionMismatch or PreconditionFailed.
    """
    route_id = visits.route_id
    if not await stores.routes.sees(user_id, route_id):
        raise NotFound("There is no such route.")
    its_own = visits.without(await stores.progress.strangers(route_id, visits.stops))
    return await replace_revision(
        expected,
        lambda: stores.progress.hold(user_id, route_id),
        lambda replaced: stores.progress.save(user_id, its_own, replaced),
    )
