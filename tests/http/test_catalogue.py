"""The catalogue over HTTP: its shape, its order, its moment, and what it costs to ask again."""

import asyncio
import json
import re
from collections.abc import Iterator
from threading import Event, Thread
from time import monotonic
from typing import Any

import httpx2
import psycopg
import pytest
import pytest_asyncio

from tests.conftest import REFERENCE, url_of_connection
from tests.http.city import CURATOR, A, B, C, fill, filled
from tests.http.support import application, assert_problem, client_of, client_over, started
from tests.people import KEY, person
from tests.sql.support import connect, scratch_database
from tests.summaries import NAMED
from wildside.domain.localizations import localizations_problem

EXPLORE, DESCRIPTORS = "/api/v1/catalogue/explore", "/api/v1/catalogue/descriptors"
BOTH = pytest.mark.parametrize("path", [EXPLORE, DESCRIPTORS])
MOMENTS = re.compile(rb'"generatedAt":"[^"]+"')


@pytest.fixture(scope="module")
def city_url(cluster: Any, seeded_template: Any) -> Iterator[str]:
    """A seeded database with a catalogue. Only to be read."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        filled(url)
        yield url


@pytest_asyncio.fixture
async def client(city_url: str) -> Any:
    async with client_over(city_url) as opened:
        yield opened


def source(table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((REFERENCE / f"{table}.json").read_text())
    return sorted(rows, key=lambda row: (row.get("sort_order", 0), row.get("slug", "")))


async def test_the_catalogue_shows_all_of_it(client: httpx2.AsyncClient) -> None:
    answer = await client.get(EXPLORE)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert sorted(body) == [
        "categories", "collections", "communityPicks", "generatedAt", "routes", "themes", "trending",
    ]  # fmt: skip
    assert body["routes"][0] == {
        "routeId": str(A), "slug": "a", "localizations": NAMED, "category": "waterfront",
        "theme": "golden-hour", "difficulty": "easy", "surface": "cobbles", "gradient": "flat",
        "crowdLevel": "quiet", "region": "helsinki", "rating": 4.5, "distanceMetres": 1200,
        "durationSeconds": 900, "tags": ["views", "coffee"], "badges": ["new-route", "early-bird"],
    }  # fmt: skip
    assert [route["slug"] for route in body["routes"]] == ["a", "b", "c"]
    assert [each["slug"] for each in body["collections"]] == ["same-a", "same-b", "late"]
    assert body["collections"][2] == {
        "slug": "late", "localizations": NAMED, "difficulty": "easy", "distanceRange": {"min": 1, "max": 2},
        "durationRange": {"min": 3, "max": 4}, "routeIds": [str(C), str(A)],
    }  # fmt: skip
    assert body["trending"] == [
        {"routeId": str(B), "trendPercent": 12.5, "localizations": NAMED},
        {"routeId": str(A), "trendPercent": 30, "localizations": NAMED},
    ]
    common = {"saves": 7, "pickedAt": "2026-01-01T00:00:00.000000Z", "localizations": NAMED}
    assert body["communityPicks"] == [
        {"routeId": str(C), "rating": 4, "curator": {"displayName": "Ada L"}, **common},
        {"routeId": str(A), "rating": 3.5, "curator": None, **common},
    ]
    assert str(CURATOR) not in answer.text


async def test_the_catalogue_has_the_shelves_of_the_reference_data(client: httpx2.AsyncClient) -> None:
    body = (await client.get(EXPLORE)).json()
    assert [row["slug"] for row in body["categories"]] == [row["slug"] for row in source("route_categories")]
    assert [row["slug"] for row in body["themes"]] == [row["slug"] for row in source("themes")]
    counts = {row["slug"]: row["routeCount"] for row in body["categories"]}
    assert counts == {**dict.fromkeys(counts, 0), "waterfront": 3}
    assert set(body["themes"][0]) == {"slug", "sortOrder", "icon", "localizations"}


async def test_the_descriptors_are_the_words_of_the_reference_data(client: httpx2.AsyncClient) -> None:
    body = (await client.get(DESCRIPTORS)).json()
    names = {
        "tags": "tags", "badges": "badges", "difficulties": "difficulties", "surfaces": "surfaces",
        "gradients": "gradients", "crowdLevels": "crowd_levels", "interestThemes": "interest_themes",
        "safetyToggles": "safety_toggles", "safetyPresets": "safety_presets",
    }  # fmt: skip
    assert body.keys() == {"generatedAt", *names}
    for member, table in names.items():
        assert [row["slug"] for row in body[member]] == [row["slug"] for row in source(table)]
    memberships = sorted(source("safety_preset_toggles"), key=lambda row: row["position"])
    for preset in body["safetyPresets"]:
        expected = [row["toggle"] for row in memberships if row["preset"] == preset["slug"]]
        assert expected
        assert preset["toggles"] == expected


@BOTH
async def test_every_text_is_there_in_all_its_locales(client: httpx2.AsyncClient, path: str) -> None:
    found = list(localized((await client.get(path)).json()))
    assert len(found) > 20
    assert [each for each in found if localizations_problem(each)] == []
    assert all({"en-GB", "es"} <= each.keys() for each in found)


def localized(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "localizations" in value:
            yield value["localizations"]
        value = list(value.values())
    for each in value if isinstance(value, list) else []:
        yield from localized(each)


@BOTH
async def test_it_is_had_again_only_when_it_has_changed(client: httpx2.AsyncClient, path: str) -> None:
    full = await client.get(path)
    assert full.headers["cache-control"] == "no-cache"
    assert full.headers["vary"] == "Accept, Accept-Encoding"
    again = await client.get(path, headers={"If-None-Match": full.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    tags = set()
    for coding in ("identity", "gzip", "br", "zstd"):
        coded = await client.get(path, headers={"Accept-Encoding": coding})
        assert coded.headers.get("content-encoding", "identity") == coding
        tags.add(coded.headers["etag"])
    assert len(tags) == 4


@BOTH
async def test_what_is_wrong_with_a_request_is_told(client: httpx2.AsyncClient, path: str) -> None:
    assert_problem(await client.get(path, headers={"Accept": "text/html"}), 406, "not_acceptable")
    body = assert_problem(await client.get(path + "?locale=es&limit=3"), 400, "invalid_request")
    assert [one["parameter"] for one in body["errors"]] == ["limit", "locale"]
    assert_problem(await client.post(path), 405, "method_not_allowed")


@BOTH
async def test_before_the_first_seed_there_is_none(database_url: str, path: str) -> None:
    async with client_over(database_url) as client:
        assert_problem(await client.get(path), 503, "no_release")


@pytest.mark.parametrize("shuffle", [1, 2])
async def test_however_it_was_put_there_it_is_the_same_bytes(
    client: httpx2.AsyncClient, seeded_connection: psycopg.Connection[Any], shuffle: int
) -> None:
    url = url_of_connection(seeded_connection)
    await fill(url, shuffle)
    async with client_over(url) as other:
        for path in (EXPLORE, DESCRIPTORS):
            one, two = [(await each.get(path)).content for each in (client, other)]
            assert MOMENTS.sub(b"", one) == MOMENTS.sub(b"", two)
            assert len(MOMENTS.findall(one)) == 1


async def test_its_moment_is_that_of_the_data(seeded_connection: psycopg.Connection[Any]) -> None:
    url = url_of_connection(seeded_connection)
    await fill(url)
    async with client_over(url) as client:
        moments = [[(await client.get(path)).json()["generatedAt"] for path in (EXPLORE, DESCRIPTORS)]]
        for statement in (
            "update route_summary_tags set position = position + 5",
            "update tags set icon = 'tag:new' where slug = 'coffee'",
            "update themes set icon = 'theme:new' where slug = 'golden-hour'",
        ):
            with connect(url) as connection:
                connection.execute(statement.encode())
            moments.append(
                [(await client.get(path)).json()["generatedAt"] for path in (EXPLORE, DESCRIPTORS)]
            )
    start, catalogue, tags, themes = moments
    assert catalogue[0] > start[0]
    assert catalogue[1] == start[1]
    assert tags[0] == catalogue[0]
    assert tags[1] > catalogue[1]
    assert themes[0] > tags[0]
    assert themes[1] == tags[1]


async def test_who_is_erased_leaves_the_pick(seeded_connection: psycopg.Connection[Any]) -> None:
    url = url_of_connection(seeded_connection)
    await fill(url)
    ada = person(url)
    with connect(url) as connection:
        connection.execute("update community_picks set user_id = %s where route_id = %s", (ada.id, C))
    async with started(application(url, session_keys=(KEY,))) as app, client_of(app) as client:
        before = await client.get(EXPLORE)
        assert (await client.delete("/api/v1/users/me", headers=ada.headers)).status_code == 204
        after = await client.get(EXPLORE, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    was, now = before.json(), after.json()
    assert was["communityPicks"][0]["curator"] == {"displayName": "Ada"}
    assert now["communityPicks"] == [{**was["communityPicks"][0], "curator": None}, was["communityPicks"][1]]
    assert now["generatedAt"] > was["generatedAt"]


def write(url: str, committed: list[int], stop: Event) -> None:
    """Write one number everywhere, one transaction after the other."""
    with psycopg.connect(url) as connection:
        while not stop.wait(0.002):
            number = committed[0] + 1
            connection.execute("update trending_route_highlights set trend_percent = %s", (number,))
            connection.execute("update community_picks set saves = %s", (number,))
            connection.execute("update route_collections set max_distance_metres = %s", (number + 10,))
            connection.execute("update themes set icon = %s where slug = 'wild-city'", (f"theme:n{number}",))
            connection.commit()
            committed[0] = number


async def test_descriptors_are_read_again_only_when_they_have_changed(
    seeded_connection: psycopg.Connection[Any],
) -> None:
    url = url_of_connection(seeded_connection)
    async with client_over(url) as client:
        first = await client.get(DESCRIPTORS)
        with connect(url, autocommit=False) as busy:
            busy.execute("lock table tags")
            again = await client.get(DESCRIPTORS)
    assert (again.status_code, again.content) == (200, first.content)


def edit(url: str, committed: list[int], stop: Event) -> None:
    """Write one number into two tables of words, one transaction after the other."""
    with psycopg.connect(url) as connection:
        while not stop.wait(0.002):
            icon = f"icon:n{committed[0] + 1}"
            connection.execute("update tags set icon = %s where slug = 'coffee'", [icon])
            connection.execute("update badges set icon = %s", [icon])
            connection.commit()
            committed[0] += 1


async def test_no_descriptors_are_torn_or_old_while_an_editor_commits(
    seeded_connection: psycopg.Connection[Any],
) -> None:
    url = url_of_connection(seeded_connection)
    committed, stop = [0], Event()
    thread = Thread(target=edit, args=(url, committed, stop))
    async with client_over(url) as client:

        async def read() -> tuple[int, list[int]]:
            asked_after = committed[0]
            body = (await client.get(DESCRIPTORS)).json()
            rows = [row for row in body["tags"] if row["slug"] == "coffee"] + body["badges"]
            return asked_after, [int(row["icon"].partition(":n")[2] or 0) for row in rows]

        await client.get(DESCRIPTORS)
        thread.start()
        try:
            seen = [each for _ in range(40) for each in await asyncio.gather(read(), read(), read())]
        finally:
            stop.set()
            thread.join()
    assert len({numbers[0] for _, numbers in seen}) > 10, "the editor was too slow to prove anything"
    assert [each for each in seen if len({*each[1]}) > 1] == []
    assert [each for each in seen if min(each[1]) < each[0]] == []


async def test_no_catalogue_is_torn_or_old_while_a_writer_commits(
    seeded_connection: psycopg.Connection[Any],
) -> None:
    url = url_of_connection(seeded_connection)
    await fill(url)
    committed, stop = [0], Event()
    thread = Thread(target=write, args=(url, committed, stop))
    seen: list[Any] = []
    async with client_over(url) as client:
        await client.get(EXPLORE)
        thread.start()
        try:
            end = monotonic() + 30  # a busy machine lets the writer in seldom
            while len(seen) < 300 or (len({each[1] for each in seen}) <= 52 and monotonic() < end):
                asked_after = committed[0]
                body = (await client.get(EXPLORE)).json()
                seen.append((asked_after, body["generatedAt"], *numbers(body)))
        finally:
            stop.set()
            thread.join()
    written = [each for each in seen if each[2] != {12.5, 30}]
    assert len({each[1] for each in written}) > 50, "the writer was too slow to prove anything"
    assert [each for each in written if len({*each[2], *each[3], *each[4], *each[5]}) > 1] == []
    assert [each for each in written if min(each[2]) < each[0]] == []
    assert [each[1] for each in seen] == sorted(each[1] for each in seen)


def numbers(body: Any) -> list[set[float]]:
    return [
        {each["trendPercent"] for each in body["trending"]},
        {each["saves"] for each in body["communityPicks"]},
        {each["distanceRange"]["max"] - 10 for each in body["collections"]},
        {int(row["icon"].partition(":n")[2] or 0) for row in body["themes"] if row["slug"] == "wild-city"},
    ]
