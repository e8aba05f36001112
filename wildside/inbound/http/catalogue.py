"""The catalogue of routes, and the words that describe them: for everybody, each of one moment."""

from starlette.responses import Response

from wildside.domain.catalogue_bodies import explore_body
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import REVALIDATE, answer
from wildside.inbound.http.state import ApiRequest
from wildside.usecases.transact import look


async def explore(request: ApiRequest) -> Response:
    """Answer with everything that the catalogue has."""
    query(request)
    found = await look(request.state["database"], lambda stores: stores.route_catalogue.explore())
    return answer(request, explore_body(found), REVALIDATE)


async def descriptors(request: ApiRequest) -> Response:
    """Answer with the words that describe routes, and what walkers want of them."""
    query(request)
    body = await look(request.state["database"], request.state["current_descriptors"])
    return answer(request, body, REVALIDATE)
