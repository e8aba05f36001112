"""Offline bundles over dicts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from wildside.domain.bundles import BUNDLES, REGIONS, Bundle, Manifest
from wildside.domain.errors import IdTaken, RetryTransaction, RevisionMismatch
from wildside.domain.pages import Seek
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.pages import nearest


class MemoryBundles:
    """Keeps offline bundles."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def page(self, user_id: UUID | None, device_id: str, seek: Seek) -> Sequence[Bundle]:
        """Return an owner's bundles on a device, the nearest to the cut first."""
        whose = [
            bundle
            for bundle in self._session.books.people.bundles.values()
            if (bundle.user_id, bundle.manifest.device_id) == (user_id, device_id)
        ]
        return nearest(BUNDLES, whose, seek)

    async def get(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        """Return a bundle of a user."""
        found = self._session.books.people.bundles.get(bundle_id)
        return found if found and found.user_id == user_id else None

    async def hold(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        """Return a bundle of a user, and keep it until the transaction ends."""
        (await self._session.claim()).people.must_have(user_id)
        return await self.get(user_id, bundle_id)

    async def save(self, user_id: UUID, manifest: Manifest, replaced: int | None) -> Bundle:
        """Write a manifest in place of a revision, or as a new bundle."""
        found = await self.hold(user_id, manifest.id)
        books = self._session.books
        if found is None and replaced is None and manifest.id in books.people.bundles:
            raise IdTaken("This id cannot be used: make another.")
        if (found.revision if found else None) != replaced:
            raise RevisionMismatch(replaced, found.revision if found else None)
        made = self._next(found, manifest) if found else self._first(user_id, manifest)
        books.people.bundles[manifest.id] = made
        return made

    async def remove(self, user_id: UUID, bundle_id: UUID) -> None:
        """Remove a bundle of a user."""
        await self._session.claim()
        if await self.get(user_id, bundle_id):
            del self._session.books.people.bundles[bundle_id]

    def _first(self, user_id: UUID, manifest: Manifest) -> Bundle:
        books, now = self._session.books, self._session.shelf.now()
        if manifest.region is not None and (manifest.region,) not in books.rows[REGIONS]:
            raise RetryTransaction("the region is no longer there")
        if manifest.route_id is not None and manifest.route_id not in books.city.routes:
            raise RetryTransaction("the route is no longer there")
        return Bundle(user_id, manifest, 1, now, now)

    def _next(self, found: Bundle, manifest: Manifest) -> Bundle:
        kept = found.manifest
        named = replace(manifest, kind=kept.kind, route_id=kept.route_id, region=kept.region)
        return replace(
            found,
            manifest=replace(named, device_id=kept.device_id),
            revision=found.revision + 1,
            updated_at=max(self._session.shelf.now(), found.updated_at + timedelta(microseconds=1)),
        )
