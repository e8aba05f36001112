"""A route with its stops, for who may see it."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from wildside.domain.errors import NotFound
from wildside.domain.geometry import Point
from wildside.domain.release import as_body, plain
from wildside.domain.routes import Route, RouteWithPlaces, Stop, StopPlace
from wildside.inbound.http import values
from wildside.inbound.http.negotiation import matches
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import MEDIA_TYPE, check_accept, every
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look

_NONE = "There is no such route, or it is somebody else's."


async def route(request: ApiRequest) -> Response:
    """Show a route of the user's, or a curated one."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    route_id = _identity(request.path_params["route_id"])

    async def work(stores: Stores) -> RouteWithPlaces | None:
        return await stores.routes.get(who.user_id, route_id)

    found = await look(request.state["database"], work)
    if found is None:
        raise NotFound(_NONE)
    body = as_body(plain(_shown(found)))
    # To be kept by nobody but the client, and to be asked for anew each time.
    headers = {"ETag": body.etag, "Cache-Control": "private, no-cache"}
    if matches(every(request, "if-none-match"), body.etag):
        return Response(status_code=304, headers=headers)
    return Response(body.content, headers=headers, media_type=MEDIA_TYPE)


def _identity(text: str) -> UUID:
    try:
        return values.identity(text)
    except ValueError as error:
        raise NotFound(_NONE) from error


def _shown(found: RouteWithPlaces) -> dict[str, Any]:
    route = found.route
    return {
        "id": str(route.id),
        "title": route.title,
        "path": _line(route),
        "distanceMetres": route.distance_metres,
        "durationSeconds": route.duration_seconds,
        "generationParams": route.generation_params,
        "engineVersion": route.engine_version,
        "createdAt": values.shown(route.created_at),
        "isCurated": route.user_id is None,
        "stops": [
            _stop(position, stop, place)
            for position, (stop, place) in enumerate(zip(route.stops, found.places, strict=True))
        ],
    }


def _line(route: Route) -> dict[str, Any]:
    """Show the path as GeoJSON does (RFC 7946, section 3.1.4)."""
    return {"type": "LineString", "coordinates": [[point.lng, point.lat] for point in route.path]}


def _stop(position: int, stop: Stop, place: StopPlace) -> dict[str, Any]:
    return {"id": str(stop.id), "position": position, "poi": _poi(place)}


def _poi(place: StopPlace) -> dict[str, Any]:
    return {
        "id": str(place.id),
        "name": place.name,
        "category": place.category,
        "location": _location(place.location),
        "retiredAt": values.shown(place.retired_at) if place.retired_at else None,
    }


def _location(point: Point) -> dict[str, float]:
    return {"lng": point.lng, "lat": point.lat}
