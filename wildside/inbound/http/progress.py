"""How far the user who is logged in has come along a route."""

from collections.abc import Sequence
from typing import Annotated, TypedDict
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.progress import MOST, Progress, Visits
from wildside.domain.release import rfc_3339
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import Identity, Moment, Revision
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.revisions import Tags, expected, stored, told
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.change_progress import change_progress


async def replace(request: ApiRequest, who: SignedIn) -> Response:
    """Replace the stops that were visited."""
    query(request)
    route_id, fields = path_id(request), await read_fields(request)
    tags = Tags.of_users_own("progress", who.user_id, route_id)
    stops, expects = taken(fields), expected(request, fields, tags)
    fields.done()
    visits = Visits(route_id, tuple(stops or ()))

    async def effect(stores: Stores) -> Answer:
        kept = await change_progress(stores, who.user_id, visits, expects)
        return stored(tags, kept.revision, shown(kept))

    payload = {"route": str(route_id), "stops": [*map(str, visits.stops)], "expected": told(expects)}
    return await mutate(request, who, "replace_progress", payload, effect)


def taken(fields: Fields) -> Sequence[UUID] | None:
    """Take the stops that were visited."""
    stops = fields.identities("visitedStopIds", MOST)
    fields.required(visitedStopIds=stops)
    return stops


class ProgressJson(TypedDict):
    """How far a walker has come along a route."""

    routeId: Identity
    visitedStopIds: Annotated[list[Identity], Meta(max_length=MOST)]
    revision: Revision
    updatedAt: Moment


def shown(found: Progress) -> ProgressJson:
    """Return progress as JSON."""
    return {
        "routeId": str(found.route_id),
        "visitedStopIds": [*map(str, found.visited_stops)],
        "revision": found.revision,
        "updatedAt": rfc_3339(found.updated_at),
    }
