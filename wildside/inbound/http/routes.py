"""A route with its stops, for who may see it."""

from typing import Any

from starlette.responses import Response

from wildside.domain.errors import NotFound
from wildside.domain.geometry import Point
from wildside.domain.release import as_body, plain
from wildside.domain.routes import Route, RouteWithPlaces, Stop, StopPlace
from wildside.inbound.http import values
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import check_accept, private
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look


async def route(request: ApiRequest) -> Response:
    """Show a route of the user's, or a curated one."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    route_id = path_id(request)

    async def work(stores: Stores) -> RouteWithPlaces | None:
        return await stores.routes.get(who.user_id, route_id)

    found = await look(request.state["database"], work)
    if found is None:
        raise NotFound("There is no such route, or it is somebody else's.")
    body = as_body(plain(_shown(found)))
    return private(request, body.content, body.etag)


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
