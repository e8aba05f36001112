"""Keep what a device says of a bundle, if it is still what the caller means to replace."""

from uuid import UUID

from wildside.domain.bundles import Bundle, Manifest
from wildside.domain.errors import Fault, InvalidRequest, RevisionMismatch
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores


async def put_bundle(stores: Stores, user_id: UUID, manifest: Manifest, expected: Expected) -> Bundle:
    """Return what was stored; all within the caller's transaction.

    Raises InvalidRequest for a route that the user does not see and a region that cannot be taken,
    RevisionMismatch or PreconditionFailed, IdTaken, Conflict or InvalidTransition.
    """
    stored = await stores.bundles.hold(user_id, manifest.id)
    revision = stored.revision if stored else None
    expected.check(revision)
    today = await _today(stores, user_id, manifest, stored)
    if stored:
        today.check_follows(stored.manifest)
    try:
        return await stores.bundles.save(user_id, today, revision)
    except RevisionMismatch as error:  # what is not there yet cannot be held: another was first
        raise expected.refused(error.actual) from error


async def _today(stores: Stores, user_id: UUID, manifest: Manifest, stored: Bundle | None) -> Manifest:
    """Return the manifest with names of today. A route that is stored was seen, and may be kept."""
    kept = stored.manifest if stored else None
    if manifest.route_id is not None and (kept is None or kept.route_id != manifest.route_id):
        await _check_seen(stores, user_id, manifest.route_id)
    if manifest.region is None:
        return manifest
    (meant,) = await stores.preferences.meanings(manifest.asked)
    return manifest.by_name_of_today(meant, kept.region if kept else None)


async def _check_seen(stores: Stores, user_id: UUID, route_id: UUID) -> None:
    if not await stores.routes.sees(user_id, route_id):
        fault = Fault("/routeId", "unknown_key", "There is no such route.")
        raise InvalidRequest(fault.detail, [fault])
