"""Offline bundles in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wildside.domain.bundles import Bundle, Manifest
from wildside.domain.errors import IdTaken
from wildside.domain.geometry import Bounds, Zooms
from wildside.domain.pages import Seek
from wildside.outbound.postgres.owners import hold_owner
from wildside.outbound.postgres.pages import PageStatements
from wildside.outbound.postgres.revisions import mismatch
from wildside.outbound.postgres.session import Session, store

_GET = """
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id = $1 and id = $2
"""

_HOLD = """
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id = $1 and id = $2
   for no key update
"""

_FIRST = """
insert into offline_bundles
    (user_id, id, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom, estimated_size_bytes, status,
     progress, device_id, kind, route_id, region, revision)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)
on conflict (id) do nothing
returning user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom,
          max_zoom, estimated_size_bytes, status, progress, revision, created_at, updated_at
"""

_NEXT = """
update offline_bundles
   set min_lng = $3, min_lat = $4, max_lng = $5, max_lat = $6, min_zoom = $7, max_zoom = $8,
       estimated_size_bytes = $9, status = $10, progress = $11, revision = revision + 1
 where user_id = $1 and id = $2 and revision = $12
returning user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom,
          max_zoom, estimated_size_bytes, status, progress, revision, created_at, updated_at
"""

_IS_TAKEN = "select exists (select from offline_bundles where id = $1)"

_REMOVE = "delete from offline_bundles where user_id = $1 and id = $2"

# Along the index offline_bundles_page.
PAGE = PageStatements(
    first="""
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id = $1 and device_id = $2
 order by created_at, id
 limit $3
""",
    next="""
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id = $1 and device_id = $2 and (created_at, id) > ($4, $5)
 order by created_at, id
 limit $3
""",
    prev="""
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id = $1 and device_id = $2 and (created_at, id) <= ($4, $5)
 order by created_at desc, id desc
 limit $3
""",
)

# Along the index offline_bundles_anonymous.
ANONYMOUS = PageStatements(
    first="""
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id is null and device_id = $1
 order by created_at, id
 limit $2
""",
    next="""
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id is null and device_id = $1 and (created_at, id) > ($3, $4)
 order by created_at, id
 limit $2
""",
    prev="""
select user_id, id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
       estimated_size_bytes, status, progress, revision, created_at, updated_at
  from offline_bundles
 where user_id is null and device_id = $1 and (created_at, id) <= ($3, $4)
 order by created_at desc, id desc
 limit $2
""",
)


@store("offline_bundles")
class PostgresBundles:
    """Keeps offline bundles."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def page(self, user_id: UUID | None, device_id: str, seek: Seek) -> Sequence[Bundle]:
        """Return an owner's bundles on a device, the nearest to the cut first."""
        if user_id is None:
            rows = await ANONYMOUS.rows(self._session, seek, device_id)
        else:
            rows = await PAGE.rows(self._session, seek, user_id, device_id)
        return [_bundle(row) for row in rows]

    async def get(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        """Return a bundle of a user."""
        row = await self._session.row(_GET, user_id, bundle_id)
        return _bundle(row) if row else None

    async def hold(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        """Return a bundle of a user, and keep it until the transaction ends."""
        await hold_owner(self._session, user_id)
        row = await self._session.row(_HOLD, user_id, bundle_id)
        return _bundle(row) if row else None

    async def save(self, user_id: UUID, manifest: Manifest, replaced: int | None) -> Bundle:
        """Write a manifest in place of a revision, or as a new bundle."""
        values = (user_id, manifest.id, *_changing(manifest))
        if replaced is None:
            what = (manifest.device_id, manifest.kind, manifest.route_id, manifest.region)
            row = await self._session.row(_FIRST, *values, *what)
        else:
            row = await self._session.row(_NEXT, *values, replaced)
        if row is not None:
            return _bundle(row)
        actual = await self.hold(user_id, manifest.id)
        if actual is None and replaced is None and await self._session.value(_IS_TAKEN, manifest.id):
            raise IdTaken("This id cannot be used: make another.")
        raise mismatch(replaced, actual.revision if actual else None)

    async def remove(self, user_id: UUID, bundle_id: UUID) -> None:
        """Remove a bundle of a user."""
        await self._session.rows(_REMOVE, user_id, bundle_id)


def _changing(manifest: Manifest) -> tuple[Any, ...]:
    bounds, zooms = manifest.bounds, manifest.zooms
    return (
        *(bounds.min_lng, bounds.min_lat, bounds.max_lng, bounds.max_lat, zooms.min_zoom, zooms.max_zoom),
        *(manifest.estimated_size_bytes, manifest.status, manifest.progress),
    )


def _bundle(row: Any) -> Bundle:
    manifest = Manifest(
        row["id"],
        row["device_id"],
        row["kind"],
        row["route_id"],
        row["region"],
        Bounds(row["min_lng"], row["min_lat"], row["max_lng"], row["max_lat"]),
        Zooms(row["min_zoom"], row["max_zoom"]),
        row["estimated_size_bytes"],
        row["status"],
        row["progress"],
    )
    return Bundle(row["user_id"], manifest, row["revision"], row["created_at"], row["updated_at"])
