"""Pages over HTTP: `?cursor=&limit=` in, `{data, limit, links}` out, the same for every list."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypedDict, TypeVar
from urllib.parse import quote

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.errors import Fault, InvalidRequest
from wildside.domain.pages import Cursor, Listing, Page, Seek
from wildside.domain.release import canonical
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import MEDIA_TYPE
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look

DEFAULT, MOST = 20, 100
"""Rows of a page: where nothing is said, and at the most."""

_WHOLE = re.compile(r"[1-9][0-9]{0,2}")

Row = TypeVar("Row")
T = TypeVar("T")


class LinksJson(TypedDict):
    """Relative references (RFC 3986, section 4.2) to this page, the next and the one before; null: none."""

    self: str
    next: str | None
    prev: str | None


class PageJson(TypedDict, Generic[Row]):
    """A page of a list."""

    data: list[Row]
    limit: Annotated[int, Meta(ge=1, le=MOST)]
    links: LinksJson


async def paged(
    request: ApiRequest,
    listing: Listing[Row],
    read: Callable[[Stores, Seek], Awaitable[Sequence[Row]]],
    shown: Callable[[Row], Any],
    also: Sequence[Fault] = (),
) -> Response:
    """Answer with a page. The database is asked only where limit and cursor are as they should be.

    `also` is what else is known to be wrong: it is told together with them.
    """
    seek = sought(request, listing, also)
    found = await look(request.state["database"], lambda stores: read(stores, seek))
    content = enveloped(request, listing, seek, found, shown)
    return Response(canonical(content), headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


def enveloped(
    request: ApiRequest, listing: Listing[Row], seek: Seek, found: Sequence[Row], shown: Callable[[Row], Any]
) -> dict[str, Any]:
    """Return a page as JSON, and count it; `found` is what a store returned for `seek`."""
    page = Page.of(listing, seek, found)
    request.state["telemetry"].page(listing.name, len(page.rows), seek.direction)
    return {
        "data": [shown(row) for row in page.rows],
        "limit": seek.limit,
        "links": page.links(quote(request.scope["path"]), listing, seek),
    }


def sought(request: ApiRequest, listing: Listing[Row], also: Sequence[Fault] = ()) -> Seek:
    """Return what a request asks of a list. Raises InvalidRequest of all that is wrong, `also` first."""
    faults = [*also]

    def tried(step: Callable[[], T], instead: T) -> T:
        try:
            return step()
        except InvalidRequest as error:
            faults.extend(error.faults)
            return instead

    given: Mapping[str, str] = request.query_params
    tried(lambda: query(request), given)
    limit = tried(lambda: _limit(given.get("limit")), DEFAULT)
    cursor = tried(lambda: _cursor(listing, given.get("cursor")), None)
    if faults:
        raise InvalidRequest("There is no such page.", faults)
    return Seek(cursor, limit)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT
    if _WHOLE.fullmatch(text) and int(text) <= MOST:
        return int(text)
    detail = f"limit is a whole number from 1 to {MOST}."
    raise InvalidRequest(detail, [Fault("limit", "invalid_limit", detail, "parameter")])


def _cursor(listing: Listing[Row], text: str | None) -> Cursor | None:
    return None if text is None else listing.cursor(text)
