"""Where places came from."""

from starlette.responses import Response

from wildside.domain.ingestion import ATTRIBUTION, PROVENANCE
from wildside.inbound.console.lists import listed
from wildside.inbound.console.rendering import page
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest


async def provenance(request: ApiRequest) -> Response:
    """Show a page of all imports that changed places, the newest first."""
    await admin(request)
    found = await listed(request, PROVENANCE, lambda stores, seek: stores.ingestion.provenance(seek))
    return page("provenance.html", request.url.path, found=found, attribution=ATTRIBUTION)
