"""The list of users, page by page."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio

from tests.http.counting import told
from tests.http.support import assert_problem, client_of, client_over, over
from tests.people import KEY, Person, person
from wildside.domain.pages import Seek
from wildside.domain.sessions import SignedIn
from wildside.domain.users import User
from wildside.inbound.http.cookies import CookieRules, Cookies
from wildside.inbound.http.metrics import Metrics

USERS = "/api/v1/users"


def put(url: str, names: Sequence[str], moment: str = "2025-01-01T00:00:00Z") -> list[str]:
    """Put users of one moment into a database; return their ids in the order of the list."""
    ids = sorted(uuid4() for _ in names)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into users (id, display_name, created_at) values (%s, %s, %s)",
            [(each, name, moment) for each, name in zip(ids, names, strict=True)],
        )
    return [str(each) for each in ids]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest_asyncio.fixture
async def client(database_url: str, metrics: Metrics) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_over(database_url, metrics, session_keys=(KEY,)) as opened:
        yield opened


@pytest.fixture
def root(database_url: str) -> Person:
    """An administrator, who came after everybody that `put` puts there."""
    return person(database_url, "Root", "admin")


async def page(client: httpx2.AsyncClient, who: Person, link: str | None) -> Any:
    answer = await client.get(link or "", headers=who.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def ids(body: Any) -> list[str]:
    return [row["id"] for row in body["data"]]


async def test_a_page_shows_who_is_there(database_url: str, client: httpx2.AsyncClient, root: Person) -> None:
    (first,) = put(database_url, ["Zoë L Marsh"], "2025-01-01T09:37:00.000001Z")
    body = await page(client, root, USERS)
    assert body["data"][0] == {
        "id": first,
        "displayName": "Zoë L Marsh",
        "createdAt": "2025-01-01T09:37:00.000001Z",
    }
    assert ids(body)[1:] == [str(root.id)]
    assert (body["limit"], body["links"]) == (20, {"self": f"{USERS}?limit=20", "next": None, "prev": None})


async def walked(client: httpx2.AsyncClient, who: Person, pages: list[Any], way: str) -> list[Any]:
    """Follow the links of one way to their end."""
    while pages[-1]["links"][way]:
        pages.append(await page(client, who, pages[-1]["links"][way]))
        assert len(pages) < 20, "it goes on and on"
    return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_a_walk_on_and_back_visits_everybody_once(
    database_url: str, client: httpx2.AsyncClient, root: Person, limit: int
) -> None:
    expected = [
        *put(database_url, ["Ada"] * 5),
        *put(database_url, ["Ben"] * 4, "2025-01-01T00:00:00.000001Z"),
    ]
    expected.append(str(root.id))
    on = await walked(client, root, [await page(client, root, f"{USERS}?limit={limit}")], "next")
    assert [each for body in on for each in ids(body)] == expected
    assert {len(body["data"]) for body in on[:-1]} <= {limit}
    back = await walked(client, root, [on[-1]], "prev")
    assert [each for body in reversed(back) for each in ids(body)] == expected
    assert ids(await page(client, root, on[-1]["links"]["self"])) == ids(on[-1])


async def test_an_empty_page_leads_back(database_url: str, client: httpx2.AsyncClient, root: Person) -> None:
    put(database_url, ["Ada"] * 2)
    first = await page(client, root, f"{USERS}?limit=1")
    second = await page(client, root, first["links"]["next"])
    with psycopg.connect(database_url) as connection:
        connection.execute("delete from users where id <> %s", [root.id])
    empty = await page(client, root, second["links"]["prev"])
    assert (empty["data"], empty["links"]["prev"]) == ([], None)
    assert ids(await page(client, root, empty["links"]["next"])) == [str(root.id)]


def forged(**changes: Any) -> str:
    wire = {
        "dir": "next",
        "key": ["2025-01-01T00:00:00.000000Z", str(UUID(int=0))],
        "scope": "users",
        **changes,
    }
    return base64.urlsafe_b64encode(json.dumps(wire, separators=(",", ":")).encode()).rstrip(b"=").decode()


class Administered:
    """Stores in which everybody is an administrator, and which note what they are asked of users."""

    def __init__(self) -> None:
        self.asked: list[Seek] = []

    @asynccontextmanager
    async def reading(self) -> AsyncIterator["Administered"]:
        yield self

    @property
    def sessions(self) -> "Administered":
        return self

    users = sessions

    async def signed_in(self, session_id: UUID) -> SignedIn:
        return SignedIn(uuid4(), session_id, frozenset({"admin"}))

    async def page(self, seek: Seek) -> Sequence[User]:
        self.asked.append(seek)
        return []


COOKIE = {"Cookie": f"__Host-session={Cookies([b'k' * 64], CookieRules()).value(uuid4())}"}


async def ask(stores: Administered, **parameters: Any) -> httpx2.Response:
    async with client_of(over(cast(Any, stores))) as client:
        return await client.get(USERS, params=parameters, headers=COOKIE)


@pytest.mark.parametrize(
    "limit", ["", "0", "-1", "101", "1e1", "5.0", "+5", " 5", "05", "٣", "9" * 5000, "ten"]
)
async def test_a_limit_is_from_1_to_100(limit: str) -> None:
    stores = Administered()
    problem = assert_problem(await ask(stores, limit=limit), 400, "invalid_request")
    assert [(each["parameter"], each["code"]) for each in problem["errors"]] == [("limit", "invalid_limit")]
    assert stores.asked == []


@pytest.mark.parametrize(
    ("cursor", "code"),
    [
        ("", "invalid_cursor"),
        ("hello", "invalid_cursor"),
        ("x" * 60_000, "invalid_cursor"),
        (forged(scope="bundles"), "invalid_cursor"),
        (forged(scope="users?role=admin"), "invalid_cursor"),
        (forged(key=["infinity", str(UUID(int=0))]), "invalid_cursor"),
        (forged(key=["294277-01-01T00:00:00.000000Z", str(UUID(int=0))]), "invalid_cursor"),
        (forged(dir="sideways"), "unsupported_direction"),
    ],
)
async def test_a_cursor_that_is_not_of_this_list_is_refused_before_the_list_is_asked(
    cursor: str, code: str
) -> None:
    stores = Administered()
    problem = assert_problem(await ask(stores, cursor=cursor), 400, "invalid_request")
    assert [(each["parameter"], each["code"]) for each in problem["errors"]] == [("cursor", code)]
    assert stores.asked == []


async def test_all_that_is_wrong_is_told_at_once() -> None:
    problem = assert_problem(
        await ask(Administered(), cursor="x", limit="x", page="2"), 400, "invalid_request"
    )
    codes = [each["code"] for each in problem["errors"]]
    assert codes == ["unknown_parameter", "invalid_limit", "invalid_cursor"]


async def test_a_cursor_may_come_once() -> None:
    problem = assert_problem(await ask(Administered(), cursor=[forged(), forged()]), 400, "invalid_request")
    assert [each["code"] for each in problem["errors"]] == ["repeated_parameter"]


@pytest.mark.parametrize("limit", [1, 100])
async def test_one_row_more_is_read_than_is_shown(limit: int) -> None:
    stores = Administered()
    assert (await ask(stores, limit=limit)).json()["limit"] == limit
    assert [(seek.count, seek.key) for seek in stores.asked] == [(limit + 1, ())]


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"]
)
@pytest.mark.parametrize("direction", ["next", "prev"])
async def test_every_moment_that_a_cursor_may_hold_is_one_for_postgresql(
    client: httpx2.AsyncClient, root: Person, moment: str, direction: str
) -> None:
    for uuid in (UUID(int=0), UUID(int=2**128 - 1)):
        cursor = forged(dir=direction, key=[moment, str(uuid)])
        found = ids(await page(client, root, f"{USERS}?cursor={cursor}"))
        assert found == ([str(root.id)] if (moment < "2026") == (direction == "next") else [])


async def test_only_administrators_see_it(database_url: str, client: httpx2.AsyncClient) -> None:
    """And that before it is looked at what they ask for."""
    somebody = person(database_url, "Ada")
    for path in (USERS, f"{USERS}?cursor=junk&limit=0&what=ever"):
        for method in ("GET", "HEAD"):
            answer = await client.request(method, path, headers=somebody.headers | {"Accept": "text/html"})
            assert answer.status_code == 403, answer.text
            assert (await client.request(method, path)).status_code == 401
    nobody = await client.get(USERS)
    assert nobody.json()["code"] == "unauthorized"
    assert "displayName" not in nobody.text


async def test_no_host_header_gets_into_a_link(
    database_url: str, client: httpx2.AsyncClient, root: Person
) -> None:
    put(database_url, ["Ada"] * 3)
    headers = root.headers | {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
    }
    answer = await client.get(f"{USERS}?limit=1", headers=headers)
    second = await client.get(answer.json()["links"]["next"], headers=headers)
    assert "evil" not in answer.text + second.text
    for link in second.json()["links"].values():
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc, parts.path) == ("", "", USERS)


async def test_each_page_is_counted_and_nobody_is_named(
    database_url: str, client: httpx2.AsyncClient, metrics: Metrics, root: Person
) -> None:
    put(database_url, ["Ada"] * 2)
    first = await page(client, root, f"{USERS}?limit=2")
    second = await page(client, root, first["links"]["next"])
    await page(client, root, second["links"]["prev"])
    counted = told(metrics)
    assert counted.counts("wildside_pages_total", "list", "direction") == {
        ("users", direction): 1 for direction in ("first", "next", "prev")
    }
    assert counted.value("wildside_page_rows_sum", list="users") == 2 + 1 + 2
    assert counted.value("wildside_page_rows_bucket", list="users", le="1.0") == 1
    assert str(root.id) not in str(counted.samples)
