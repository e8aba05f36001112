"""Accept and If-None-Match, as RFC 9110 reads them."""

import pytest

from wildside.inbound.http.negotiation import accepts, matches

JSON = "application/json"


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/*",
        JSON,
        "Application/JSON",
        "application/json;q=0.001",
        "application/json; q=1.000",
        "application/json;Q=0.5",
        "application/json;charset=utf-8",
        "text/html, application/json",
        "text/html,*/*;q=0.1",
        "text/html;q=0, */*",
        "*/*;q=0, application/json",
        "application/*;q=0, application/json;q=0.1",
        " application/json ,",
        ",,application/json",
        "junk, application/json",
    ],
)
def test_json_is_accepted(accept: str | None) -> None:
    assert accepts(accept, JSON)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "text/*",
        "application/xml",
        "application/problem+json",
        "application/jsonx",
        "application/json;q=0",
        "application/json;q=0.000",
        "application/json;q=0, */*",
        "application/json;q=0, application/*",
        "application/*;q=0, */*",
        "*/*;q=0",
        "*",
        "json",
        "application/json;q=much",
        "application/json;q=nan",
        "application/json;q=-1",
    ],
)
def test_json_is_not_accepted(accept: str) -> None:
    assert not accepts(accept, JSON)


@pytest.mark.parametrize(
    "header",
    [
        '"one"',
        'W/"one"',
        ' "one" ',
        '"two", "one"',
        '"two","one"',
        'W/"two", W/"one"',
        ', "one",',
        '"a, comma", "one"',
        "*",
        " * ",
    ],
)
def test_the_entity_tag_is_named(header: str) -> None:
    assert matches(header, '"one"')


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        '"two"',
        "one",
        "'one'",
        '"one',
        'one"',
        '"ONE"',
        '"one "',
        'w/"two"',
        "W/one",
        "**",
        '"*"',
        '"a""one',
        '"a,"one","b"',
        "\\",
    ],
)
def test_the_entity_tag_is_not_named(header: str | None) -> None:
    assert not matches(header, '"one"')
