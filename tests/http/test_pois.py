"""Places over HTTP: near a point, within bounds, and one by its id."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio

from tests.builders import MOMENT
from tests.distances import gone
from tests.http.preferences import deprecate_theme, faults, serving
from tests.http.support import assert_problem
from tests.places import place, put
from wildside.domain.geometry import Point
from wildside.domain.pages import Cursor
from wildside.domain.poi_searches import NEAREST
from wildside.inbound.http.representations import encoded

POIS = "/api/v1/pois"
HERE = Point(24.94, 60.17)
LICENCE = '<https://www.openstreetmap.org/copyright>; rel="license"'
NEAR, BOX = {"near": "24.94,60.17"}, {"bbox": "24,60,25,61"}


@pytest_asyncio.fixture
async def client(seeded_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(seeded_url) as opened:
        yield opened


def row_of(*metres_east: float, **changes: Any) -> list[Any]:
    spots = [gone(HERE, 90, far) for far in metres_east]
    return [place(number, at.lng, at.lat, **changes) for number, at in enumerate(spots, 1)]


async def found(client: httpx2.AsyncClient, **parameters: Any) -> Any:
    answer = await client.get(POIS, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(body: Any) -> list[int]:
    return [row["osmId"] for row in body["data"]]


async def test_a_place_is_shown_whole(seeded_url: str, client: httpx2.AsyncClient) -> None:
    told = place(
        7,
        HERE.lng,
        HERE.lat,
        name="Café Ø",
        narrative="Once a brewery.",
        osm_tags={"amenity": "cafe", "é": "1"},
    )
    put(seeded_url, [told], {told.id: {"coffee": 0.5, "parks": 0.5, "food": 1.0}})
    answer = await client.get(POIS, params={"near": "24.94,60.169"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["link"] == LICENCE
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["data", "limit", "links"]
    row = {
        "id": str(told.id),
        "name": "Café Ø",
        "category": "cafe",
        "location": {"lng": 24.94, "lat": 60.17},
        "distanceMetres": 111.4,
        "retiredAt": None,
        "interestThemes": [
            {"interestTheme": "food", "weight": 1.0},
            {"interestTheme": "coffee", "weight": 0.5},
            {"interestTheme": "parks", "weight": 0.5},
        ],
        "osmType": "node",
        "osmId": 7,
        "osmTags": {"amenity": "cafe", "é": "1"},
        "narrative": "Once a brewery.",
        "popularity": 0.5,
    }
    assert answer.json()["data"] == [row]
    within = await found(client, **BOX)
    assert within["data"] == [{**row, "distanceMetres": None}]
    alone = await client.get(f"{POIS}/{told.id}")
    assert alone.json() == {**row, "distanceMetres": None}


async def test_a_radius_is_a_thousand_metres_where_nothing_is_said(
    seeded_url: str, client: httpx2.AsyncClient
) -> None:
    put(seeded_url, row_of(1001, 999, 9999, 0.5))
    assert numbers(await found(client, **NEAR)) == [4, 2]
    assert numbers(await found(client, **NEAR, radius="10000")) == [4, 2, 1, 3]
    assert numbers(await found(client, **NEAR, radius="1e4")) == [4, 2, 1, 3]
    assert numbers(await found(client, **NEAR, radius="0.6")) == [4]
    assert (await found(client, **NEAR, radius="0.6"))["links"] == {
        "self": f"{POIS}?near=24.94%2C60.17&radius=0.6&limit=20",
        "next": None,
        "prev": None,
    }


@pytest.mark.parametrize("asked", [{**NEAR, "radius": "500"}, BOX])
@pytest.mark.parametrize("limit", [1, 3, 7, 100])
async def test_a_walk_on_and_back_visits_each_once(
    seeded_url: str, client: httpx2.AsyncClient, asked: dict[str, str], limit: int
) -> None:
    put(seeded_url, row_of(300, 10, 10, 10, 499, 20, 30))
    if "near" in asked:
        same = sorted([2, 3, 4], key=lambda number: place(number).id)
        expected = [*same, 6, 7, 1, 5]
    else:
        expected = sorted(range(1, 8), key=lambda number: place(number).id)
    on = [await found(client, **asked, limit=limit)]
    while link := on[-1]["links"]["next"]:
        on.append((await client.get(link)).json())
    back = [on[-1]]
    while link := back[-1]["links"]["prev"]:
        back.append((await client.get(link)).json())
    assert [each for body in on for each in numbers(body)] == expected
    assert [each for body in back[::-1] for each in numbers(body)] == expected


async def test_filters_work_together(seeded_url: str, client: httpx2.AsyncClient) -> None:
    cafe, pub, park = row_of(1, 2, 3)
    for one, kind in ((pub, "pub"), (park, "park")):
        object.__setattr__(one, "category", kind)
    put(seeded_url, [cafe, pub, park], {cafe.id: {"coffee": 1.0}, park.id: {"parks": 0.5}})
    asked: list[tuple[dict[str, str], list[int]]] = [
        ({"category": "food-and-drink"}, [1, 2]),
        ({"category": "coffee-and-treats"}, [1]),
        ({"category": "park"}, [3]),
        ({"interest": "parks"}, [3]),
        ({"interest": "coffee", "category": "food-and-drink"}, [1]),
        ({"interest": "coffee", "category": "park"}, []),
        ({"tag": "amenity=cafe"}, [1, 2, 3]),
        ({"tag": "amenity=cafe=x"}, []),
        ({"tag": "amenity=pub"}, []),
    ]
    for filters, expected in asked:
        assert numbers(await found(client, **NEAR, **filters)) == expected, filters
        assert sorted(numbers(await found(client, **BOX, **filters))) == expected, filters


async def test_renamed_keys_are_followed(seeded_url: str, client: httpx2.AsyncClient) -> None:
    (cafe,) = row_of(1)
    put(seeded_url, [cafe], {cafe.id: {"coffee": 1.0}})
    with psycopg.connect(seeded_url) as connection:
        for table, old, new in (
            ("poi_categories", "cafe", "kaffila"),
            ("interest_themes", "coffee", "beans"),
        ):
            connection.execute(f"update {table} set slug = %s where slug = %s".encode(), [new, old])
    body = await found(client, **NEAR, category="cafe", interest="coffee")
    assert await found(client, **NEAR, category="kaffila", interest="beans") != body
    assert (body["data"][0]["category"], body["data"][0]["interestThemes"][0]["interestTheme"]) == (
        "kaffila",
        "beans",
    )


async def test_a_theme_that_is_no_longer_shown_is_unknown(
    seeded_url: str, client: httpx2.AsyncClient
) -> None:
    with psycopg.connect(seeded_url) as connection:
        deprecate_theme(connection, "coffee")
    answer = await client.get(POIS, params={**NEAR, "interest": "coffee"})
    assert faults(answer) == [("interest", "unknown_key")]


async def test_what_is_retired_is_shown_by_its_id_alone(seeded_url: str, client: httpx2.AsyncClient) -> None:
    (one,) = row_of(1, retired_at=MOMENT + timedelta(days=1))
    put(seeded_url, [one])
    assert numbers(await found(client, **NEAR)) == []
    assert numbers(await found(client, **BOX)) == []
    assert (await client.get(f"{POIS}/{one.id}")).json()["retiredAt"] == "2026-01-02T00:00:00.000000Z"


async def test_a_place_is_sent_once(seeded_url: str, client: httpx2.AsyncClient) -> None:
    (one,) = row_of(1)
    put(seeded_url, [one])
    path = f"{POIS}/{one.id}"
    first = await client.get(path)
    assert (first.headers["cache-control"], first.headers["link"]) == ("no-cache", LICENCE)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["link"]) == (304, b"", LICENCE)
    with psycopg.connect(seeded_url) as connection:
        connection.execute("update pois set name = 'Other'")
    other = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (other.status_code, other.json()["name"]) == (200, "Other")


async def test_places_take_no_room_from_releases(seeded_url: str, client: httpx2.AsyncClient) -> None:
    (one,) = row_of(1)
    put(seeded_url, [one])
    kept = encoded.cache_info().misses
    for coding in ("br", "zstd", "gzip", "identity"):
        answer = await client.get(f"{POIS}/{one.id}", headers={"Accept-Encoding": coding})
        assert (answer.status_code, answer.headers.get("content-encoding", "identity")) == (200, coding)
    assert encoded.cache_info().misses == kept


@pytest.mark.parametrize("name", ["nothing", str(UUID(int=7)), "0", "%00", "5f0c7a52"])
async def test_no_such_place(released_url: str, name: str) -> None:
    async with serving(released_url) as client:
        assert_problem(await client.get(f"{POIS}/{name}"), 404, "not_found")


WRONG: list[tuple[dict[str, str], list[tuple[str, str]]]] = [
    ({}, [("near", "missing_parameter")]),
    ({"radius": "5"}, [("near", "missing_parameter")]),
    ({**NEAR, **BOX}, [("near", "contradiction")]),
    ({**NEAR, **BOX, "radius": "5"}, [("near", "contradiction"), ("radius", "contradiction")]),
    ({**BOX, "radius": "5"}, [("radius", "contradiction")]),
    *[
        ({"near": near}, [("near", "invalid_point")])
        for near in (
            "", "24.94", "24.94,60.17,1", "a,b", "181,0", "0,90.01", "nan,0", "1e1,0", " 1,2", "1,2 ", "1,٣",
            "+1,2", ".5,2", "1,", "1;2", "\0,1",
        )
    ],
    *[
        ({"bbox": box}, [("bbox", "invalid_bounds")])
        for box in ("", "24,60,25", "25,60,24,61", "24,61,25,60", "24,60,24,61", "170,0,-170,1", "0,0,181,1")
    ],
    *[
        ({**NEAR, "radius": radius}, [("radius", "invalid_number")])
        for radius in ("", "0", "-1", "10000.001", "1e5", "1e", "inf", "nan", "9" * 400, "1km", "0.0")
    ],
    *[
        ({**NEAR, "tag": tag}, [("tag", "invalid_tag")])
        for tag in ("", "amenity", "=cafe", "amenity=", "a" * 256 + "=b", "a\0=b", "a=" + "b" * 256)
    ],
    *[
        ({**where, "category": key}, [("category", "unknown_key")])
        for where in (NEAR, BOX)
        for key in ("", "nowhere", "CAFE", "cafe\0", "x" * 5000)
    ],
    ({**NEAR, "interest": "nowhere\0"}, [("interest", "unknown_key")]),
    ({**NEAR, "interest": "x", "category": "y"}, [("category", "unknown_key"), ("interest", "unknown_key")]),
    ({**NEAR, "colour": "red"}, [("colour", "unknown_parameter")]),
    (
        {"near": "x", "radius": "x", "tag": "x", "limit": "x", "cursor": "x", "page": "2"},
        [
            ("near", "invalid_point"), ("radius", "invalid_number"), ("tag", "invalid_tag"),
            ("page", "unknown_parameter"), ("limit", "invalid_limit"), ("cursor", "invalid_cursor"),
        ],
    ),
]  # fmt: skip


async def test_all_that_is_wrong_is_told_at_once(released_url: str) -> None:
    async with serving(released_url) as client:
        for asked, expected in WRONG:
            answer = await client.get(POIS, params=asked)
            assert_problem(answer, 400, "invalid_request")
            assert faults(answer) == expected, asked
            assert all(one["parameter"] and one["detail"][0].isupper() for one in answer.json()["errors"][:1])


async def test_an_unknown_key_names_its_table(released_url: str) -> None:
    async with serving(released_url) as client:
        answer = await client.get(POIS, params={**NEAR, "interest": "x", "category": "y"})
        details = [one["detail"] for one in answer.json()["errors"]]
        for detail, table in zip(details, ("poi_categories", "interest_themes"), strict=True):
            assert table in detail
            assert (await client.get(f"/api/v1/reference/{table}")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [{"near": "24.94,60.18"}, {"radius": "600"}, {"category": "cafe"}, {"tag": "a=b"}, {"interest": "food"}],
)
async def test_a_cursor_holds_for_its_search_only(released_url: str, changes: dict[str, str]) -> None:
    asked = {**NEAR, "radius": "500"}
    cursor = NEAREST.narrowed(**asked).spelled(Cursor("next", (5.0, uuid4())))
    async with serving(released_url) as client:
        assert (await client.get(POIS, params={**asked, "cursor": cursor})).status_code == 200
        answer = await client.get(POIS, params={**asked, **changes, "cursor": cursor})
    assert faults(answer) == [("cursor", "invalid_cursor")]


@pytest.mark.parametrize("distance", [-1.0, 1e308, -1e308, 0.0, 5e-324])
@pytest.mark.parametrize("direction", ["next", "prev"])
async def test_a_made_up_cut_is_only_a_cut(released_url: str, direction: Any, distance: float) -> None:
    cursor = NEAREST.narrowed(**NEAR).spelled(Cursor(direction, (distance, uuid4())))
    async with serving(released_url) as client:
        assert (await found(client, **NEAR, cursor=cursor))["data"] == []


async def test_a_parameter_may_come_once(released_url: str) -> None:
    async with serving(released_url) as client:
        answer = await client.get(f"{POIS}?near={quote('1,2')}&near={quote('1,2')}")
    assert faults(answer) == [("near", "repeated_parameter")]


async def test_they_are_only_to_be_read(released_url: str) -> None:
    async with serving(released_url) as client:
        for path in (POIS, f"{POIS}/{uuid4()}"):
            assert_problem(await client.post(path, json={}), 405, "method_not_allowed")
            refused = await client.get(path, params=NEAR, headers={"Accept": "text/html"})
            assert_problem(refused, 406, "not_acceptable")
