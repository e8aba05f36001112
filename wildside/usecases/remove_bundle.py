"""Forget a bundle, if it is still what the caller means to remove."""

from uuid import UUID

from wildside.domain.errors import NotFound
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores


async def remove_bundle(stores: Stores, user_id: UUID, bundle_id: UUID, expected: Expected) -> None:
    """Remove it, within the caller's transaction. Raises NotFound, RevisionMismatch or PreconditionFailed."""
    stored = await stores.bundles.hold(user_id, bundle_id)
    if stored is None:
        raise NotFound("You have no such bundle.")
    expected.check(stored.revision)
    await stores.bundles.remove(user_id, bundle_id)
