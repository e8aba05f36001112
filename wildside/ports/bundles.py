"""What is asked of offline bundles."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.bundles import Bundle, Manifest
from wildside.domain.pages import Seek


class BundleStore(Protocol):
    """Keeps offline bundles."""

    async def page(self, user_id: UUID | None, device_id: str, seek: Seek) -> Sequence[Bundle]:
        """Return an owner's bundles of the list BUNDLES on a device, the nearest to the cut first.

        Without an owner: those that are nobody's.
        """
        ...

    async def get(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        """Return a bundle of a user."""
        ...

    async def hold(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        """Return a bundle of a user, and let nobody replace it until the transaction ends.

        Raises Unauthorized where there is no such user.
        """
        ...

    async def save(self, user_id: UUID, manifest: Manifest, replaced: int | None) -> Bundle:
        """Write a manifest in place of a revision, or, with None, as a new bundle; return what was stored.

        Of one that is there the device, the kind, and what it is of stay. Raises RevisionMismatch where
        the user has another revision of it, IdTaken where its id is somebody else's, Unauthorized where
        there is no such user, RetryTransaction where its route or region has gone meanwhile.
        """
        ...

    async def remove(self, user_id: UUID, bundle_id: UUID) -> None:
        """Remove a bundle of a user, if there is one."""
        ...
