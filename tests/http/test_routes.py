"""A route over HTTP: to whom it is shown, and how."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio

from tests.conftest import url_of_connection
from tests.http.support import application, assert_problem, client_of, started
from tests.people import KEY, Person, person
from tests.sql.support import connect
from tests.walkways import Walkway, put_route

ROUTES = "/api/v1/routes"


@pytest.fixture
def url(seeded_connection: psycopg.Connection[Any]) -> str:
    return url_of_connection(seeded_connection)


@pytest_asyncio.fixture
async def client(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with started(application(url, session_keys=(KEY,))) as app, client_of(app) as opened:
        yield opened


@pytest.fixture
def ada(url: str) -> Person:
    return person(url)


def put(url: str, who: Person | None = None, **more: Any) -> Walkway:
    with connect(url) as connection:
        return put_route(connection, who.id if who else None, **more)


async def test_a_route_is_shown_with_its_stops_in_order(
    url: str, client: httpx2.AsyncClient, ada: Person
) -> None:
    made = put(url, stops=2)
    with connect(url) as connection:
        connection.execute(
            "update pois set retired_at = '2030-01-01T00:00:00.5Z', name = null where id = %s",
            (made.pois[1],),
        )
        connection.execute("update routes set created_at = '2026-05-01T10:30:00Z'")
    answer = await client.get(f"{ROUTES}/{made.id}", headers=ada.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.json() == {
        "id": str(made.id),
        "title": "A walk",
        "path": {"type": "LineString", "coordinates": [[24.94, 60.17], [24.95, 60.18]]},
        "distanceMetres": 1200,
        "durationSeconds": 900,
        "generationParams": {},
        "engineVersion": "test-1",
        "createdAt": "2026-05-01T10:30:00.000000Z",
        "isCurated": True,
        "stops": [
            {
                "id": str(made.stops[n]),
                "position": n,
                "poi": {
                    "id": str(made.pois[n]),
                    "name": name,
                    "category": "cafe",
                    "location": {"lng": 24.94 + n / 1000, "lat": 60.17},
                    "retiredAt": retired,
                },
            }
            for n, name, retired in ((0, "Café", None), (1, None, "2030-01-01T00:00:00.500000Z"))
        ],
    }


async def test_ones_own_route_is_not_curated(url: str, client: httpx2.AsyncClient, ada: Person) -> None:
    made = put(url, ada)
    answer = await client.get(f"{ROUTES}/{made.id}", headers=ada.headers)
    assert (answer.status_code, answer.json()["isCurated"]) == (200, False)


async def test_the_route_of_somebody_else_is_as_one_that_is_not_there(
    url: str, client: httpx2.AsyncClient, ada: Person
) -> None:
    theirs = put(url, person(url, "Bob"))
    answers = [await client.get(f"{ROUTES}/{each}", headers=ada.headers) for each in (theirs.id, uuid4())]
    assert len({assert_problem(answer, 404, "not_found")["detail"] for answer in answers}) == 1
    for each in ("no-uuid", "0", f"{theirs.id}x", "%00"):
        assert_problem(await client.get(f"{ROUTES}/{each}", headers=ada.headers), 404, "not_found")


async def test_who_is_not_logged_in_is_shown_none(url: str, client: httpx2.AsyncClient) -> None:
    made = put(url)
    for each in (made.id, "no-uuid"):
        assert_problem(await client.get(f"{ROUTES}/{each}"), 401, "unauthorized")


async def test_it_is_had_again_only_when_it_has_changed(
    url: str, client: httpx2.AsyncClient, ada: Person
) -> None:
    made = put(url)
    path = f"{ROUTES}/{made.id}"
    full = await client.get(path, headers=ada.headers)
    known = {**ada.headers, "If-None-Match": full.headers["etag"]}
    again = await client.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == full.headers["etag"]
    assert again.headers["cache-control"] == "private, no-cache"
    assert_problem(
        await client.get(path, headers={"If-None-Match": full.headers["etag"]}), 401, "unauthorized"
    )
    with connect(url) as connection:
        connection.execute("update pois set name = 'Renamed' where id = %s", (made.pois[0],))
    changed = await client.get(path, headers=known)
    assert (changed.status_code, changed.json()["stops"][0]["poi"]["name"]) == (200, "Renamed")
    assert changed.headers["etag"] != full.headers["etag"]


async def test_an_identity_may_be_spelled_in_capitals(
    url: str, client: httpx2.AsyncClient, ada: Person
) -> None:
    made = put(url)
    answer = await client.get(f"{ROUTES}/{str(made.id).upper()}", headers=ada.headers)
    assert (answer.status_code, answer.json()["id"]) == (200, str(made.id))


async def test_what_is_wrong_with_a_request_is_told(
    url: str, client: httpx2.AsyncClient, ada: Person
) -> None:
    path = f"{ROUTES}/{put(url).id}"
    answer = await client.get(path, headers={**ada.headers, "Accept": "text/html"})
    assert_problem(answer, 406, "not_acceptable")
    assert_problem(await client.get(f"{path}?stops=3", headers=ada.headers), 400, "invalid_request")
    assert_problem(await client.delete(path, headers=ada.headers), 405, "method_not_allowed")
