"""Lists that can grow, a page at a time, by the cursors of the API."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from wildside.domain.errors import NotPermitted
from wildside.domain.pages import Listing, Seek
from wildside.inbound.http.pages import enveloped, sought
from wildside.inbound.http.state import ApiRequest
from wildside.ports.history import HistoryStores

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list, or why the server may not read it. Links are relative references, or None."""

    rows: Sequence[Any]
    links: Mapping[str, str | None]
    refused: str | None = None


async def listed(
    request: ApiRequest,
    listing: Listing[Row],
    read: Callable[[HistoryStores, Seek], Awaitable[Sequence[Row]]],
) -> Found:
    """Return the page that a request asks for. Raises InvalidRequest."""
    seek = sought(request, listing)
    try:
        async with request.state["history"].reading() as stores:
            rows = await read(stores, seek)
    except NotPermitted as error:
        return Found((), {}, str(error))
    return cut(request, listing, seek, rows)


def cut(request: ApiRequest, listing: Listing[Row], seek: Seek, rows: Sequence[Row]) -> Found:
    """Make a page of rows that were found for a seek."""
    content = enveloped(request, listing, seek, rows, lambda row: row)
    return Found(content["data"], content["links"])
