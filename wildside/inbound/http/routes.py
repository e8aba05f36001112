"""A route with its stops, for who may see it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.errors import NotFound
from wildside.domain.geometry import Point
from wildside.domain.release import as_body, plain, rfc_3339
from wildside.domain.routes import Route, RouteWithPlaces, Stop, StopPlace
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import Identity, Key, LocationJson, Moment
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import private
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look


async def route(request: ApiRequest, who: SignedIn) -> Response:
    """Show a route of the user's, or a curated one."""
    query(request)
    route_id = path_id(request)

    async def work(stores: Stores) -> RouteWithPlaces | None:
        return await stores.routes.get(who.user_id, route_id)

    found = await look(request.state["database"], work)
    if found is None:
        raise NotFound("There is no such route, or it is somebody else's.")
    body = as_body(plain(_shown(found)))
    return private(request, body.content, body.etag)


class LineJson(TypedDict):
    """A line as GeoJSON has it: longitude first (RFC 7946, section 3.1.4)."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Annotated[list[float], Meta(min_length=2, max_length=2)]], Meta(min_length=2)]


class StopPlaceJson(TypedDict):
    """The place of a stop; `retiredAt`: since when it is no longer found."""

    id: Identity
    name: str | None
    category: Key | None
    location: LocationJson
    retiredAt: Moment | None


class StopJson(TypedDict):
    """A stop of a route, counted from 0."""

    id: Identity
    position: Annotated[int, Meta(ge=0)]
    poi: StopPlaceJson


class RouteJson(TypedDict):
    """A route with its stops in their order."""

    id: Identity
    title: str
    path: LineJson
    distanceMetres: Annotated[int, Meta(ge=0)]
    durationSeconds: Annotated[int, Meta(ge=0)]
    generationParams: Mapping[str, Any]
    engineVersion: str
    createdAt: Moment
    isCurated: bool
    stops: list[StopJson]


def _shown(found: RouteWithPlaces) -> RouteJson:
    route = found.route
    return {
        "id": str(route.id),
        "title": route.title,
        "path": _line(route),
        "distanceMetres": route.distance_metres,
        "durationSeconds": route.duration_seconds,
        "generationParams": route.generation_params,
        "engineVersion": route.engine_version,
        "createdAt": rfc_3339(route.created_at),
        "isCurated": route.user_id is None,
        "stops": [
            _stop(position, stop, place)
            for position, (stop, place) in enumerate(zip(route.stops, found.places, strict=True))
        ],
    }


def _line(route: Route) -> LineJson:
    """Show the path as GeoJSON does (RFC 7946, section 3.1.4)."""
    return {"type": "LineString", "coordinates": [[point.lng, point.lat] for point in route.path]}


def _stop(position: int, stop: Stop, place: StopPlace) -> StopJson:
    return {"id": str(stop.id), "position": position, "poi": _poi(place)}


def _poi(place: StopPlace) -> StopPlaceJson:
    return {
        "id": str(place.id),
        "name": place.name,
        "category": place.category,
        "location": _location(place.location),
        "retiredAt": rfc_3339(place.retired_at) if place.retired_at else None,
    }


def _location(point: Point) -> LocationJson:
    return {"lng": point.lng, "lat": point.lat}
