"""What walkers keep, and what was imported, put straight into a database, for tests of what becomes of it."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg

from tests.walkways import Walkway

_NOTE: LiteralString = (
    "insert into route_notes (user_id, id, route_id, body, revision) values (%s, %s, %s, 'Ducks', 1)"
)
_PROGRESS: LiteralString = "insert into route_progress (user_id, route_id, revision) values (%s, %s, 1)"
_VISIT: LiteralString = """
insert into route_progress_stops (user_id, route_id, stop_id, position) values (%s, %s, %s, 0)
"""
_BUNDLE: LiteralString = """
insert into offline_bundles
    (id, user_id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
     estimated_size_bytes, status, progress, revision)
values (%(id)s, %(user)s, %(device)s, case when %(route)s::uuid is null then 'region' else 'route' end,
        %(route)s, case when %(route)s::uuid is null then 'helsinki' end, 24, 60, 25, 61, 0, 9, 5, 'queued',
        0, 1)
"""
_WALK: LiteralString = """
insert into walk_sessions (user_id, id, route_id, started_at, ended_at, revision)
values (%s, %s, %s, now(), case when %s then now() end, 1)
"""
_PROVENANCE: LiteralString = """
insert into enrichment_provenance (id, job_id, source_url, min_lng, min_lat, max_lng, max_lat, imported_at)
values (%s, %s, 'https://example.org/', 24.9, 60.1, 25, 60.2, coalesce(%s, now()))
"""


def put_note(
    connection: psycopg.Connection[Any], user_id: UUID, route_id: UUID, note_id: UUID | None = None
) -> UUID:
    """Put a note along a route there."""
    made = note_id or uuid4()
    connection.execute(_NOTE, (user_id, made, route_id))
    return made


def put_progress(connection: psycopg.Connection[Any], user_id: UUID, walkway: Walkway) -> None:
    """Put progress there: the first stop of a route is visited."""
    connection.execute(_PROGRESS, (user_id, walkway.id))
    connection.execute(_VISIT, (user_id, walkway.id, walkway.stops[0]))


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


def put_walk(
    connection: psycopg.Connection[Any],
    user_id: UUID,
    route_id: UUID,
    walk_id: UUID | None = None,
    ended: bool = False,
) -> UUID:
    """Put a walk along a route there; it goes on, or has ended as it began."""
    made = walk_id or uuid4()
    connection.execute(_WALK, (user_id, made, route_id, ended))
    return made


def put_provenance(
    connection: psycopg.Connection[Any], record_id: UUID, job_id: UUID, moment: datetime | str | None = None
) -> None:
    """Put a record of an import there, of now where no moment is said."""
    connection.execute(_PROVENANCE, (record_id, job_id, moment))
