"""How far the user who is logged in has come along a route."""

from typing import Any
from uuid import uuid5

from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.progress import MOST, Progress, Visits
from wildside.domain.release import canonical
from wildside.inbound.http import values
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import check_accept
from wildside.inbound.http.revisions import Tags, expected, told
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import read_fields
from wildside.ports.database import Stores
from wildside.usecases.change_progress import change_progress


async def replace(request: ApiRequest) -> Response:
    """Replace the stops that were visited."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    route_id, fields = path_id(request), await read_fields(request)
    # Bound to the user too: everybody has a progress of their own along a route.
    tags = Tags("progress", uuid5(who.user_id, str(route_id)))
    stops, expects = fields.identities("visitedStopIds", MOST), expected(request, fields, tags)
    fields.required(visitedStopIds=stops)
    fields.done()
    visits = Visits(route_id, tuple(stops or ()))

    async def effect(stores: Stores) -> Answer:
        stored = await change_progress(stores, who.user_id, visits, expects)
        content = canonical(shown(stored))
        return Answer(200, {"ETag": tags.of(stored.revision, content)}, content)

    payload = {"route": str(route_id), "stops": [*map(str, visits.stops)], "expected": told(expects)}
    return await mutate(request, who, "replace_progress", payload, effect)


def shown(found: Progress) -> dict[str, Any]:
    """Return progress as JSON."""
    return {
        "routeId": str(found.route_id),
        "visitedStopIds": [*map(str, found.visited_stops)],
        "revision": found.revision,
        "updatedAt": values.shown(found.updated_at),
    }
