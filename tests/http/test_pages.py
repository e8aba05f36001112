"""What a later list has of the page module: filters, and keys of its own."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from starlette.requests import Request

from wildside.domain.errors import InvalidRequest
from wildside.domain.pages import TEXT, WHOLE, Cursor, Listing, Page, Seek
from wildside.inbound.http.pages import sought
from wildside.inbound.http.queries import PARAMETERS


@dataclass(frozen=True, slots=True)
class Bundle:
    size: int
    name: str


BUNDLES: Listing[Bundle] = Listing("bundles", (WHOLE, TEXT), lambda bundle: (bundle.size, bundle.name))
MINE = BUNDLES.narrowed(deviceId="a&b")


def ask(listing: Listing[Bundle], **parameters: Any) -> Seek:
    query = urlencode(parameters).encode()
    takes = ["cursor", "limit", *(name for name, _ in listing.filters)]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": query,
        PARAMETERS: takes,
    }
    return sought(Request(scope), listing)


def codes(listing: Listing[Bundle], **parameters: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as raised:
        ask(listing, **parameters)
    return [fault.code for fault in raised.value.faults]


def test_a_filter_is_a_parameter_that_the_list_takes() -> None:
    assert ask(MINE, deviceId="a&b", limit=3) == Seek(None, 3)
    assert codes(BUNDLES, deviceId="a&b") == ["unknown_parameter"]


def test_a_cursor_holds_for_its_filters_only() -> None:
    cursor = Cursor("next", (1, "x"))
    text = MINE.spelled(cursor)
    assert ask(MINE, deviceId="a&b", cursor=text).cursor == cursor
    for other in (BUNDLES.narrowed(deviceId="a"), BUNDLES.narrowed(deviceId="a&b", kind="route")):
        assert codes(other, cursor=text) == ["invalid_cursor"]
    assert codes(BUNDLES, cursor=text) == ["invalid_cursor"]
    assert codes(MINE, deviceId="a&b", cursor=BUNDLES.spelled(cursor)) == ["invalid_cursor"]


def test_the_links_of_a_page_ask_for_the_same_list() -> None:
    seek = ask(MINE, deviceId="a&b", cursor=MINE.spelled(Cursor("next", (1, 'ü "x"'))), limit=1)
    page = Page.of(MINE, seek, [Bundle(2, "a"), Bundle(3, "b")])
    for link in page.links("/api/v1/offline/bundles", MINE, seek).values():
        again = dict(parse_qsl(urlsplit(link or "").query))
        assert again["deviceId"] == "a&b"
        assert ask(MINE, **again).limit == 1
