"""Places, for everybody: near a point, within bounds, or one by its id."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypedDict

import msgspec
from msgspec import Meta
from starlette.responses import Response

from wildside.domain.errors import InvalidRequest, NotFound
from wildside.domain.poi_searches import NEAREST, WITHIN, Found
from wildside.domain.release import body_of
from wildside.domain.shapes import Identity, Key, LocationJson, Moment, Share
from wildside.inbound.http.pages import paged, sought
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.poi_queries import PARAMETERS, asked_of
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import REVALIDATE, answer
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.find_pois import find_pois
from wildside.usecases.transact import look

LICENCE = '<https://www.openstreetmap.org/copyright>; rel="license"'
"""Whose the places are, as a link (RFC 8288): © OpenStreetMap contributors, ODbL."""


class PoiThemeJson(TypedDict):
    """An interest that a place serves, and how much."""

    interestTheme: Key
    weight: Share


class PoiJson(TypedDict):
    """A place; PostgreSQL makes it. `retiredAt`: since when it is no longer imported."""

    id: Identity
    name: str | None
    category: Key
    location: LocationJson
    interestThemes: list[PoiThemeJson]
    osmType: Literal["node", "way", "relation"]
    osmId: Annotated[int, Meta(ge=1)]
    osmTags: dict[str, str]
    narrative: str | None
    popularity: Share
    retiredAt: Moment | None
    distanceMetres: (
        Annotated[float, Meta(ge=0, description="From where you asked; null: from nowhere.")] | None
    )


async def pois(request: ApiRequest) -> Response:
    """Answer with a page of places near a point, the nearest first, or within bounds, by id."""
    given: Mapping[str, str] = request.query_params
    filters = {name: given[name] for name in PARAMETERS if name in given}
    listing = (NEAREST if "near" in given else WITHIN).narrowed(**filters)
    try:
        asked = asked_of(filters)
    except InvalidRequest as error:
        sought(request, listing, also=error.faults)
        raise
    page = await paged(
        request, listing, lambda stores, seek: find_pois(stores, asked.search, asked.kind, seek), shown
    )
    page.headers["Link"] = LICENCE
    return page


async def poi(request: ApiRequest) -> Response:
    """Answer with a place, also with one that is retired."""
    query(request)
    poi_id = path_id(request)

    async def read(stores: Stores) -> Sequence[Found]:
        return await stores.pois.get([poi_id])

    found = await look(request.state["database"], read)
    if not found:
        raise NotFound("There is no such place.")
    response = answer(request, body_of(found[0].document), REVALIDATE, keep=False)
    response.headers["Link"] = LICENCE
    return response


def shown(found: Found) -> msgspec.Raw:
    """Return a place of a search as JSON; how far it is in metres and tenths of them."""
    return msgspec.Raw(found.document)
