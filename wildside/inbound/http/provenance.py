"""Where places came from, for administrators."""

from typing import Any

from starlette.responses import Response

from wildside.domain.geometry import Bounds
from wildside.domain.ingestion import PROVENANCE, Provenance
from wildside.inbound.http import values
from wildside.inbound.http.pages import paged
from wildside.inbound.http.representations import check_accept
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest


async def provenance(request: ApiRequest) -> Response:
    """Answer with a page of all records, the newest first."""
    await admin(request)
    check_accept(request)
    return await paged(request, PROVENANCE, lambda stores, seek: stores.ingestion.provenance(seek), shown)


def shown(record: Provenance) -> dict[str, Any]:
    """Return a record as JSON values."""
    return {
        "id": str(record.id),
        "jobId": str(record.job_id),
        "sourceUrl": record.source_url,
        "importedAt": values.shown(record.imported_at),
        "boundingBox": box(record.bounds),
    }


def box(bounds: Bounds) -> dict[str, float]:
    """Return bounds as JSON values, degrees."""
    return {
        "minLng": bounds.min_lng,
        "minLat": bounds.min_lat,
        "maxLng": bounds.max_lng,
        "maxLat": bounds.max_lat,
    }
