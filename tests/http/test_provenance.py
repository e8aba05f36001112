"""Where places came from, page by page, for administrators."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
import pytest_asyncio

from tests.http.support import application, assert_problem, client_of, started
from tests.kept import put_provenance
from tests.people import KEY, Person, person

PROVENANCE = "/api/v1/admin/enrichment/provenance"
JOB = UUID(int=7)


def put(url: str, *records: tuple[int, str]) -> None:
    with psycopg.connect(url) as connection:
        for number, moment in records:
            put_provenance(connection, UUID(int=number), JOB, moment)


@pytest_asyncio.fixture
async def client(database_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as opened:
        yield opened


@pytest.fixture
def root(database_url: str) -> Person:
    return person(database_url, "Root", "admin")


async def page(client: httpx2.AsyncClient, who: Person, link: str) -> Any:
    answer = await client.get(link, headers=who.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def ids(body: Any) -> list[int]:
    return [UUID(row["id"]).int for row in body["data"]]


async def test_a_record_says_what_where_and_when(
    database_url: str, client: httpx2.AsyncClient, root: Person
) -> None:
    put(database_url, (1, "2026-03-01T12:00:00.5+02:00"))
    assert await page(client, root, PROVENANCE) == {
        "data": [
            {
                "id": str(UUID(int=1)),
                "jobId": str(JOB),
                "sourceUrl": "https://example.org/",
                "importedAt": "2026-03-01T10:00:00.500000Z",
                "boundingBox": {"minLng": 24.9, "minLat": 60.1, "maxLng": 25.0, "maxLat": 60.2},
            }
        ],
        "limit": 20,
        "links": {"self": f"{PROVENANCE}?limit=20", "next": None, "prev": None},
    }


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_a_walk_on_and_back_meets_each_once_the_newest_first(
    database_url: str, client: httpx2.AsyncClient, root: Person, limit: int
) -> None:
    put(
        database_url,
        (1, "2026-03-01"),
        (2, "2026-03-02"),
        (3, "2026-03-01"),
        (4, "2026-03-01"),
        (5, "2026-02-01"),
    )
    on = [await page(client, root, f"{PROVENANCE}?limit={limit}")]
    while link := on[-1]["links"]["next"]:
        on.append(await page(client, root, link))
        assert len(on) < 9
    assert [each for body in on for each in ids(body)] == [2, 4, 3, 1, 5]
    back = on[-1:]
    while link := back[-1]["links"]["prev"]:
        back.append(await page(client, root, link))
        assert len(back) < 9
    assert [each for body in reversed(back) for each in ids(body)] == [2, 4, 3, 1, 5]


async def test_who_reads_while_another_import_comes_meets_each_once(
    database_url: str, client: httpx2.AsyncClient, root: Person
) -> None:
    put(database_url, (1, "2026-03-01"), (2, "2026-03-02"), (3, "2026-03-03"))
    first = await page(client, root, f"{PROVENANCE}?limit=2")
    put(database_url, (4, "2026-03-04"))
    second = await page(client, root, first["links"]["next"])
    assert (ids(first), ids(second)) == ([3, 2], [1])
    assert ids(await page(client, root, second["links"]["prev"])) == [3, 2]
    assert ids(await page(client, root, PROVENANCE)) == [4, 3, 2, 1]


async def test_all_that_is_wrong_is_told_at_once(client: httpx2.AsyncClient, root: Person) -> None:
    answer = await client.get(f"{PROVENANCE}?cursor=junk&limit=0&what=ever", headers=root.headers)
    problem = assert_problem(answer, 400, "invalid_request")
    codes = [each["code"] for each in problem["errors"]]
    assert codes == ["unknown_parameter", "invalid_limit", "invalid_cursor"]


async def test_a_cursor_of_another_list_is_refused(
    database_url: str, client: httpx2.AsyncClient, root: Person
) -> None:
    person(database_url)
    link = (await page(client, root, "/api/v1/users?limit=1"))["links"]["next"]
    answer = await client.get(PROVENANCE + "?" + link.partition("?")[2], headers=root.headers)
    problem = assert_problem(answer, 400, "invalid_request")
    assert [each["code"] for each in problem["errors"]] == ["invalid_cursor"]


async def test_only_administrators_see_it(database_url: str, client: httpx2.AsyncClient) -> None:
    """And that before it is looked at what they ask for."""
    put(database_url, (1, "2026-03-01"))
    somebody = person(database_url, "Ada")
    for path in (PROVENANCE, f"{PROVENANCE}?cursor=junk&limit=0"):
        answer = await client.get(path, headers=somebody.headers)
        assert_problem(answer, 403, "forbidden")
        assert "example.org" not in answer.text
        assert_problem(await client.get(path), 401, "unauthorized")


async def test_it_is_only_read(client: httpx2.AsyncClient, root: Person) -> None:
    answer = await client.request("DELETE", PROVENANCE, headers=root.headers)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_it_is_json_or_nothing(client: httpx2.AsyncClient, root: Person) -> None:
    answer = await client.get(PROVENANCE, headers=root.headers | {"Accept": "text/html"})
    assert_problem(answer, 406, "not_acceptable")


async def test_a_table_that_is_gone_is_a_problem_of_ours(
    database_url: str, client: httpx2.AsyncClient, root: Person
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("drop table enrichment_provenance")
    answer = await client.get(PROVENANCE, headers=root.headers)
    assert answer.status_code in {500, 503}
    assert "enrichment" not in answer.json()["detail"]
