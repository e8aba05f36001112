"""The pages and files under /docs."""

import asyncio

from starlette.responses import Response

from wildside.domain.errors import NotFound
from wildside.inbound.http.queries import PARAMETERS, query
from wildside.inbound.http.representations import MEDIA_TYPE, answer, check_accept
from wildside.inbound.http.state import ApiRequest


async def page(request: ApiRequest) -> Response:
    """Answer with the page of this path."""
    request.scope[PARAMETERS] = ()
    query(request)
    # Made when first asked for; nobody else is to wait for it.
    pages = await asyncio.to_thread(request.state["docs"])
    found = pages.get(request.scope["path"])
    if found is None:
        raise NotFound("There is no such page; /docs and /docs/problems link to all that there are.")
    if found.media_type == MEDIA_TYPE:
        check_accept(request)
    # The first one to ask waits until it is compressed, a tenth of a second for Swagger UI; nobody else does.
    sent = await asyncio.to_thread(answer, request, found.body, found.cache_control, found.media_type)
    sent.headers.update(found.headers)
    return sent
