"""Where places came from, for administrators."""

from typing import Annotated, TypedDict

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.geometry import Bounds
from wildside.domain.ingestion import PROVENANCE, Provenance
from wildside.domain.release import rfc_3339
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import BoundsJson, Identity, Moment
from wildside.inbound.http.pages import paged
from wildside.inbound.http.state import ApiRequest


async def provenance(request: ApiRequest, _who: SignedIn) -> Response:
    """Answer with a page of all records, the newest first."""
    return await paged(request, PROVENANCE, lambda stores, seek: stores.ingestion.provenance(seek), shown)


class ProvenanceJson(TypedDict):
    """An import of places."""

    id: Identity
    jobId: Identity
    sourceUrl: Annotated[str, Meta(extra_json_schema={"format": "uri"})]
    importedAt: Moment
    boundingBox: BoundsJson


def shown(record: Provenance) -> ProvenanceJson:
    """Return a record as JSON values."""
    return {
        "id": str(record.id),
        "jobId": str(record.job_id),
        "sourceUrl": record.source_url,
        "importedAt": rfc_3339(record.imported_at),
        "boundingBox": box(record.bounds),
    }


def box(bounds: Bounds) -> BoundsJson:
    """Return bounds as JSON values, degrees."""
    return {
        "minLng": bounds.min_lng,
        "minLat": bounds.min_lat,
        "maxLng": bounds.max_lng,
        "maxLat": bounds.max_lat,
    }
