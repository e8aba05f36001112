"""What walkers keep, put straight into a database, for tests of what becomes of it."""

from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg

_BUNDLE: LiteralString = """
insert into offline_bundles
    (id, user_id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
     estimated_size_bytes, status, progress, revision)
values (%(id)s, %(user)s, %(device)s, case when %(route)s::uuid is null then 'region' else 'route' end,
        %(route)s, case when %(route)s::uuid is null then 'helsinki' end, 24, 60, 25, 61, 0, 9, 5, 'queued',
        0, 1)
"""


def put_bundle(
    connection: psycopg.Connection[Any],
    user_id: UUID | None,
    route_id: UUID | None = None,
    device: str = "phone",
    bundle_id: UUID | None = None,
) -> UUID:
    """Put a bundle of a route there; of Helsinki, which must be seeded, where there is none."""
    made = bundle_id or uuid4()
    connection.execute(_BUNDLE, {"id": made, "user": user_id, "device": device, "route": route_id})
    return made
