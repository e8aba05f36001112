"""The API through PgBouncer in transaction mode: its answers are the same, and so are its limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from tests.conftest import url_of_connection
from tests.http.city import A, fill
from tests.http.preferences import PREFERENCES, put
from tests.http.races import in_time
from tests.http.support import PATIENT, application, assert_problem, client_of, started
from tests.people import KEY, PASSWORD, account, person
from tests.scaling.pooler import Pooler, sessions
from tests.sql.support import Connection
from tests.walkways import put_route
from wildside.config import DatabaseUrl
from wildside.domain.errors import ConnectionLost
from wildside.inbound.http.urls import OPERATIONS
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

CROWD = 24
SEEN_AT_ONCE = ("/health", "/health/ready", "/api/v1/reference/events")
"""What no two requests are told alike, and what has no end."""
QUERIES = {
    "/api/v1/pois": "?bbox=24,60,25,61&limit=2",
    "/api/v1/users": "?limit=1",
    "/api/v1/offline/bundles": "?deviceId=a",
    "/api/v1/reference/changes": "?since=x.1",
}
SETTINGS = "select name, setting from pg_settings where name = any ($1)"


@asynccontextmanager
async def processes(
    url: str, pooler: Pooler, count: int = 2, **settings: Any
) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Clients of as many applications, each with a pool of its own, all through the pooler."""
    through, direct = pooler.through(url), DatabaseUrl.parse(url)
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            app = application(through, direct=direct, session_keys=(KEY,), **settings)
            made.append(
                await stack.enter_async_context(client_of(await stack.enter_async_context(started(app))))
            )
        yield made


def readable(connection: Connection) -> list[str]:
    """The path of everything that can be read, with parts of what is there."""
    way = put_route(connection)
    parts = {"table": "tags", "id": str(way.id), "noteId": str(uuid4())}
    paths = [one.path.format(**parts) for one in OPERATIONS if one.method == "GET"]
    places = [f"/api/v1/pois/{way.pois[0]}"]
    return [path + QUERIES.get(path, "") for path in [*paths, *places] if path not in SEEN_AT_ONCE]


def same(answer: httpx2.Response) -> tuple[int, Any, str | None]:
    """What two processes must agree on."""
    body = answer.json()
    if answer.status_code >= 400:
        del body["traceId"]
    return answer.status_code, body, answer.headers.get("etag")


async def test_everything_that_can_be_read_is_read_through_it(
    pooler: Pooler, seeded_connection: psycopg.Connection[Any]
) -> None:
    url = url_of_connection(seeded_connection)
    await fill(url)
    seeded_connection.autocommit = True
    paths, ada = readable(seeded_connection), person(url, "Ada", "admin")
    app = application(url, session_keys=(KEY,))
    async with started(app) as plain, client_of(plain) as direct, processes(url, pooler) as through:
        statuses = []
        for path in [*paths, f"/api/v1/routes/{A}", "/console/migrations"]:
            answers = [await one.get(path, headers=ada.headers) for one in (direct, *through)]
            if path.startswith("/console"):
                assert {answer.status_code for answer in answers} == {200}
                continue
            first, *others = map(same, answers)
            assert [first, first] == others, path
            statuses.append(first[0])
        assert statuses.count(200) > 15, statuses
        assert all([(await one.get("/health/ready")).status_code == 200 for one in through])


async def test_many_write_through_few_sessions_and_each_once(
    pooler: Pooler, seeded_connection: psycopg.Connection[Any]
) -> None:
    url = url_of_connection(seeded_connection)
    people = [(person(url), str(uuid4())) for _ in range(CROWD)]
    async with processes(url, pooler, 3, timeouts=PATIENT) as through:
        asking = [
            lambda client=client, who=who, key=key: put(
                client, who, PREFERENCES, headers={"Idempotency-Key": key}
            )
            for who, key in people
            for client in through
        ]
        answers = await in_time(*asking)
        assert {answer.status_code for answer in answers} <= {200, 201, 409}
        again = [
            await put(through[0], who, PREFERENCES, headers={"Idempotency-Key": key}) for who, key in people
        ]
        assert {answer.headers["idempotency-replayed"] for answer in again} == {"true"}
        assert {answer.json()["revision"] for answer in again} == {1}
        assert 1 <= sessions(seeded_connection, "wildside serve") <= 3
    kept = seeded_connection.execute("select count(*), max(revision) from user_preferences").fetchone()
    assert kept == (CROWD, 1)


async def test_somebody_logs_in_through_it_and_out(
    pooler: Pooler, seeded_connection: psycopg.Connection[Any]
) -> None:
    url = url_of_connection(seeded_connection)
    ada = account(url)
    async with processes(url, pooler) as (one, two):
        answer = await one.post("/api/v1/login", json={"username": ada.username, "password": PASSWORD})
        cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        assert (await two.get("/api/v1/users/me", headers=cookie)).json()["id"] == str(ada.id)
        assert (await two.post("/api/v1/logout", headers=cookie)).status_code == 204
        assert_problem(await one.get("/api/v1/users/me", headers=cookie), 401, "unauthorized")


async def test_a_lock_that_others_keep_is_waited_for_no_longer_than_without_it(
    pooler: Pooler, seeded_connection: psycopg.Connection[Any]
) -> None:
    url = url_of_connection(seeded_connection)
    ada = person(url)
    async with processes(url, pooler) as (one, _):
        first = await put(one, ada, PREFERENCES)
        assert first.status_code in {200, 201}
        with psycopg.connect(url) as keeper:
            keeper.execute("select from user_preferences for update")
            # Told by PostgreSQL: who waits for its answer alone would have to say outcome_unknown.
            answer = await put(one, ada, PREFERENCES, 1)
            assert_problem(answer, 503, "timed_out")
        assert (await put(one, ada, PREFERENCES, 1)).status_code == 200


async def test_limits_come_with_each_transaction_and_go_with_it(pooler: Pooler, seeded_url: str) -> None:
    names = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "jit", "TimeZone"]
    names += ["client_connection_check_interval", "plan_cache_mode"]
    found = []
    for url, pooled in ((seeded_url, False), (pooler.through(seeded_url), True)):
        async with PostgresDatabase(url, Limits(), "tests", pooled=pooled) as database:
            for opened in (database.reading, database.transaction):
                async with opened() as stores:
                    rows = await stores.health._session.rows(SETTINGS, names)
                    found.append({row["name"]: row["setting"] for row in rows})
    assert all(one == found[0] for one in found)
    assert found[0]["lock_timeout"] == "800"
    with psycopg.connect(pooler.through(seeded_url)) as other:
        left = other.execute("select current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert left.fetchone() == ("0", "0")


async def test_where_all_sessions_are_lent_others_are_refused_soon(
    pooler: Pooler, seeded_connection: psycopg.Connection[Any]
) -> None:
    url = url_of_connection(seeded_connection)
    async with processes(url, pooler) as (one, _), asyncio.timeout(20):
        assert (await one.get("/api/v1/catalogue/explore")).status_code == 200
        keepers = [psycopg.connect(pooler.through(url)) for _ in range(3)]
        try:
            for keeper in keepers:
                keeper.execute("select 1")
            answer = await one.get("/api/v1/catalogue/explore")
            assert_problem(answer, 503, "database_unavailable")
            assert answer.headers["retry-after"] == "1"
            # Told by the pooler: waiting for the end of our own patience would cost the connection.
            async with PostgresDatabase(pooler.through(url), Limits(), "tests", pooled=True) as database:
                with pytest.raises(ConnectionLost, match="query_wait_timeout"):
                    async with database.reading():
                        pass
        finally:
            for keeper in keepers:
                keeper.close()
        assert (await one.get("/api/v1/catalogue/explore")).status_code == 200
