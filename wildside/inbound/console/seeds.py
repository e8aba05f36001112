"""Seeds that committed."""

from starlette.responses import Response

from wildside.domain.seeding import COUNTS, SEEDS
from wildside.inbound.console.lists import listed
from wildside.inbound.console.rendering import page
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest


async def seeds(request: ApiRequest) -> Response:
    """Show a page of all seeds, the newest first, each with what it did."""
    await admin(request)
    found = await listed(request, SEEDS, lambda stores, seek: stores.history.seeds(seek))
    return page("seeds.html", request.url.path, found=found, kinds=COUNTS)
