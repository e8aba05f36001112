"""One effect for each Idempotency-Key, whatever is sent, however often, and whatever breaks."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.http.counting import told
from tests.http.effects import Effects, application
from tests.http.support import assert_problem, client_of, started
from tests.people import Person, person
from wildside.inbound.http.metrics import Metrics

EXPIRE = """
update idempotency_keys set created_at = clock_timestamp() - interval '25 h', expires_at = clock_timestamp()
"""


class Place:
    """The application over a database of its own, somebody who asks, and what the database holds."""

    def __init__(self, client: httpx2.AsyncClient, effects: Effects, url: str, metrics: Metrics) -> None:
        self.client, self.effects, self.url, self.metrics = client, effects, url, metrics
        self.ada = person(url)

    async def post(self, key: str | None, body: Any, who: Person | None = None) -> httpx2.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(who or self.ada).headers}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.client.post("/effects", content=raw, headers=headers)

    def rows(self, query: str = "select value from effects order by number") -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return [row[0] for row in connection.execute(query.encode()).fetchall()]

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest_asyncio.fixture
async def place(effects_url: str) -> AsyncIterator[Place]:
    with psycopg.connect(effects_url, autocommit=True) as connection:
        connection.execute("delete from effects")
        connection.execute("delete from users")
    effects, metrics = Effects(), Metrics()
    async with started(application(effects_url, effects, metrics)) as app, client_of(app) as client:
        yield Place(client, effects, effects_url, metrics)


def same(one: httpx2.Response, other: httpx2.Response) -> bool:
    return (one.status_code, one.content, one.headers["etag"]) == (
        other.status_code,
        other.content,
        other.headers["etag"],
    )


async def test_the_same_call_again_gets_the_same_answer_and_does_nothing(place: Place) -> None:
    key = str(uuid4())
    first, second = await place.post(key, {"value": "a"}), await place.post(key, {"value": "a"})
    assert first.status_code == 201, first.text
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert same(first, second)
    assert first.headers["cache-control"] == second.headers["cache-control"] == "no-store"
    assert place.rows() == ["a"]


async def test_without_a_key_each_call_counts(place: Place) -> None:
    first, second = await place.post(None, {"value": "a"}), await place.post(None, {"value": "a"})
    assert not same(first, second)
    assert place.rows() == ["a", "a"]
    assert place.rows("select key from idempotency_keys") == []


async def test_another_payload_is_refused(place: Place) -> None:
    key = str(uuid4())
    await place.post(key, {"value": "a"})
    assert_problem(await place.post(key, {"value": "b"}), 409, "idempotency_key_reused")
    assert place.rows() == ["a"]
    assert (await place.post(key, {"value": "a"})).headers["idempotency-replayed"] == "true"


async def test_the_key_of_another_user_is_another_key(place: Place) -> None:
    key, grace = str(uuid4()), person(place.url, "Grace")
    first, second = await place.post(key, {"value": "a"}), await place.post(key, {"value": "b"}, grace)
    assert (first.status_code, second.status_code) == (201, 201)
    assert place.rows() == ["a", "b"]


RESPELT = [
    b'{"size": 1, "value": "\\u00e9"}',
    b'{"value":"\xc3\xa9","size":1}',
    b' {\n"value"\t: "\\u00E9", "size" :1 }\r\n',
    b'{"\\u0076alue": "\xc3\xa9", "size": 1}',
]


@pytest.mark.parametrize("body", RESPELT)
async def test_the_same_payload_may_be_spelt_otherwise(place: Place, body: bytes) -> None:
    key = str(uuid4())
    first = await place.post(key, RESPELT[0])
    again = await place.post(key, body)
    assert (first.status_code, again.headers.get("idempotency-replayed")) == (201, "true"), again.text
    assert same(first, again)


@pytest.mark.parametrize("key", ["a", "A-b", "0190A7B0-1C7E-7D2A-8F00-2B6C1E0F9A11"])
async def test_null_is_the_same_as_absent_and_capitals_of_a_key_make_no_other(place: Place, key: str) -> None:
    key = key if len(key) == 36 else str(uuid4())
    assert (await place.post(key, {"value": "a", "size": None})).status_code == 201
    again = await place.post(f'"{key.lower()}"', {"value": "a"})
    assert again.headers["idempotency-replayed"] == "true"


WRONG_KEYS = [
    "",
    "a",
    "0190a7b01c7e7d2a8f002b6c1e0f9a11----",
    "0190a7b01c7e7d2a8f002b6c1e0f9a11",
    "{0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11}",
    "0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a1g",
    "0190a7b0-1c7e-7d2a-8f00-2b6c1e0f_a11",
    '"0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11',
    "0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11, 0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11",
    "x" * 5000,
]


@pytest.mark.parametrize("key", WRONG_KEYS, ids=lambda key: key[:40])
async def test_a_key_that_is_no_uuid_is_refused(place: Place, key: str) -> None:
    problem = assert_problem(await place.post(key, {"value": "a"}), 400, "invalid_request")
    assert [(error["header"], error["code"]) for error in problem["errors"]] == [
        ("Idempotency-Key", "invalid_idempotency_key")
    ]
    assert place.rows() == []


async def test_two_keys_are_refused(place: Place) -> None:
    headers = [("Idempotency-Key", str(uuid4()))] * 2 + [
        ("Content-Type", "application/json"),
        *place.ada.headers.items(),
    ]
    answer = await place.client.post("/effects", content=b'{"value": "a"}', headers=headers)
    assert_problem(answer, 400, "invalid_request")


async def test_what_failed_is_not_kept(place: Place) -> None:
    key = str(uuid4())
    assert_problem(await place.post(key, {"value": 3}), 400, "invalid_request")

    async def fail(_session: Any) -> None:
        raise KeyError("a mistake of ours")

    place.effects.inside = fail
    with capture_logs():
        assert_problem(await place.post(key, {"value": "a"}), 500, "internal_error")
    place.effects.inside = None
    corrected = await place.post(key, {"value": "b"})
    assert (corrected.status_code, corrected.json()["value"]) == (201, "b")
    assert place.rows() == ["b"]


async def test_a_key_that_has_expired_counts_as_new_at_once(place: Place) -> None:
    key = str(uuid4())
    await place.post(key, {"value": "a"})
    place.run(EXPIRE)
    again = await place.post(key, {"value": "b"})
    assert again.status_code == 201, again.text
    assert "idempotency-replayed" not in again.headers
    assert same(again, await place.post(key, {"value": "b"}))
    assert place.rows() == ["a", "b"]


async def test_a_key_is_kept_for_a_day(place: Place) -> None:
    await place.post(str(uuid4()), {"value": "a"})
    assert place.rows("select extract(epoch from expires_at - created_at)::int from idempotency_keys") == [
        86400
    ]


async def test_who_asks_meanwhile_is_told_so_at_once(place: Place) -> None:
    key, at_work, go_on = str(uuid4()), asyncio.Event(), asyncio.Event()

    async def hold(_session: Any) -> None:
        at_work.set()
        await go_on.wait()

    place.effects.inside = hold
    first = asyncio.create_task(place.post(key, {"value": "a"}))
    await at_work.wait()
    for value in ("a", "b"):
        answer = await place.post(key, {"value": value})  # which ends although the first does not
        assert_problem(answer, 409, "call_in_progress")
        assert int(answer.headers["retry-after"]) > 0
    place.effects.inside = None
    assert (await place.post(str(uuid4()), {"value": "c"})).status_code == 201, "another key does not wait"
    go_on.set()
    assert same(await first, await place.post(key, {"value": "a"}))
    assert place.rows() == ["a", "c"]


async def test_outcomes_are_counted_and_nobody_is_named(place: Place) -> None:
    key, at_work, go_on = str(uuid4()), asyncio.Event(), asyncio.Event()

    async def hold(_session: Any) -> None:
        at_work.set()
        await go_on.wait()

    place.effects.inside = hold
    first = asyncio.create_task(place.post(key, {"value": "a"}))
    await at_work.wait()
    await place.post(key, {"value": "a"})
    go_on.set()
    await first
    await place.post(key, {"value": "a"})
    await place.post(key, {"value": "b"})
    counted = told(place.metrics)
    assert counted.counts("wildside_idempotency_calls_total", "mutation", "outcome", "age") == {
        ("test_effect", "in_progress", "none"): 1,
        ("test_effect", "miss", "none"): 1,
        ("test_effect", "hit", "1m"): 1,
        ("test_effect", "conflict", "none"): 1,
    }
    assert str(place.ada.id) not in str(counted.samples)
    assert key not in str(counted.samples)


@pytest.mark.parametrize(
    ("age", "bucket"),
    [(0.0, "1m"), (60.5, "10m"), (3600.0, "1h"), (3601.0, "6h"), (86400.0, "24h"), (86401.0, "older")],
)
def test_ages_are_counted_in_buckets(age: float, bucket: str) -> None:
    metrics = Metrics()
    metrics.idempotency("test_effect", "hit", age)
    assert told(metrics).counts("wildside_idempotency_calls_total", "age") == {(bucket,): 1}
