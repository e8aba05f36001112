"""What a page of another site makes a browser send changes nothing, whichever route it is for."""

from typing import Any

import httpx2
import pytest

from tests.http.support import application, assert_problem, client_of
from wildside.inbound.http.urls import ROUTES

PATHS = [route.path.replace("{table}", "tags") for route in ROUTES]
ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
APP = "https://app.example"
UNSAFE = ["POST", "PUT", "PATCH", "DELETE", "PURGE"]


async def ask(method: str, path: str, headers: Any, origins: tuple[str, ...] = ()) -> httpx2.Response:
    async with client_of(application(cors_origins=origins)) as client:
        return await client.request(method, path, headers=headers, content=b"{}")


@pytest.mark.parametrize("path", [*PATHS, "/nope"])
@pytest.mark.parametrize("method", UNSAFE)
async def test_every_route_refuses_it(method: str, path: str) -> None:
    assert_problem(await ask(method, path, ELSEWHERE), 403, "forbidden")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_reading_is_for_everybody(method: str) -> None:
    answer = await ask(method, "/health/live", ELSEWHERE)
    assert answer.status_code == (405 if method == "OPTIONS" else 200)


async def test_it_is_refused_before_anything_else_is_looked_at() -> None:
    async def never_read() -> Any:
        raise AssertionError("the body was read")
        yield b""

    async with client_of(application()) as client:
        announced = {**ELSEWHERE, "Content-Length": "999999999", "Content-Type": "nonsense", "Cookie": "x"}
        answer = await client.post("/api/v1/users/me", headers=announced, content=never_read())
    assert_problem(answer, 403, "forbidden")


# The tests' client sends Host: test.
ACCEPTED = {
    "no browser": {},
    "our own page": {"Sec-Fetch-Site": "same-origin", "Origin": "https://api.example"},
    "our own page, behind a proxy that renames the host": {"Sec-Fetch-Site": "same-origin", "Origin": APP},
    "typed by somebody": {"Sec-Fetch-Site": "none"},
    "an old browser, our own page": {"Origin": "https://test"},
    "the same by http": {"Origin": "http://test"},
    "the usual port": {"Origin": "https://test:443"},
    "in capitals": {"Origin": "https://TEST"},
}
REFUSED = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "another site, and who it is": ELSEWHERE,
    "a sibling": {"Sec-Fetch-Site": "same-site", "Origin": "https://other.test"},
    "another site that claims to be us": {"Sec-Fetch-Site": "cross-site", "Origin": "https://test"},
    "an old browser, another site": {"Origin": "https://evil.example"},
    "an old browser, a page without an origin": {"Origin": "null"},
    "another port": {"Origin": "https://test:8443"},
    "http's port by https": {"Origin": "https://test:80"},
    "a name that begins alike": {"Origin": "https://test.evil.example"},
    "a name that ends alike": {"Origin": "https://eviltest"},
    "somebody's name before it": {"Origin": "https://test@evil.example"},
    "a path after it": {"Origin": "https://test/"},
    "another scheme": {"Origin": "ftp://test"},
    "an app's scheme": {"Origin": "capacitor://test"},
    "no URL": {"Origin": "https://[test"},
    "empty": {"Origin": ""},
    "an unknown word": {"Sec-Fetch-Site": "friends"},
    "an empty word": {"Sec-Fetch-Site": ""},
    "two origins": [("Origin", "https://test"), ("Origin", "https://evil.example")],
    "two origins, and one word": [("Origin", APP), ("Origin", APP), ("Sec-Fetch-Site", "same-origin")],
    "two words": [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
}


@pytest.mark.parametrize("headers", ACCEPTED.values(), ids=ACCEPTED)
async def test_what_our_own_pages_send_is_accepted(headers: Any) -> None:
    assert_problem(await ask("POST", "/nope", headers), 404, "not_found")


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
async def test_what_others_send_is_refused(headers: Any) -> None:
    assert_problem(await ask("POST", "/nope", headers), 403, "forbidden")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_site_that_the_operator_named_is_accepted(site: str) -> None:
    headers = {"Origin": APP, "Sec-Fetch-Site": site}
    assert_problem(await ask("POST", "/nope", headers, (APP,)), 404, "not_found")
    assert_problem(await ask("POST", "/nope", headers, ("https://b.example",)), 403, "forbidden")


async def test_everybody_who_may_read_may_not_change() -> None:
    for headers in (ELSEWHERE, {"Origin": "*"}):
        assert_problem(await ask("POST", "/nope", headers, ("*",)), 403, "forbidden")


async def preflight(origins: tuple[str, ...], method: str = "PUT") -> httpx2.Response:
    asked = {
        "Origin": APP,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type, idempotency-key, if-match",
    }
    return await ask("OPTIONS", "/api/v1/users/me", asked, origins)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_named_site_may_ask_with_cookies_and_change(method: str) -> None:
    answer = await preflight((APP,), method)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == APP
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert method in answer.headers["access-control-allow-methods"]


async def test_everybody_may_neither_send_cookies_nor_change() -> None:
    answer = await preflight(("*",))
    assert answer.status_code == 400
    assert "access-control-allow-credentials" not in answer.headers
    read = await ask("GET", "/health/live", {"Origin": APP}, ("*",))
    assert read.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in read.headers


async def test_a_named_site_may_read_what_it_needs() -> None:
    read = await ask("GET", "/health/live", {"Origin": APP}, (APP,))
    exposed = set(read.headers["access-control-expose-headers"].split(", "))
    assert {"ETag", "Idempotency-Replayed", "Retry-After", "Trace-Id"} <= exposed
    assert read.headers["access-control-allow-credentials"] == "true"
