"""The rows of the exception table that can be brought about for real, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.http.effects import TABLE, Effects, application
from tests.http.support import assert_nothing_leaks, assert_problem, client_of, started
from tests.people import person

CANARY = "canary-4711"
RULE = f"""
alter table effects add constraint effects_rule check (value <> '{CANARY}') not valid
"""
READ, WRITE = "GET", "POST"
methods = pytest.mark.parametrize("method", [READ, WRITE])


class Place:
    """The application with its two routes over a database of its own."""

    def __init__(self, client: httpx2.AsyncClient, effects: Effects, url: str) -> None:
        self.client, self.effects = client, effects
        self.headers = {**person(url).headers, "Idempotency-Key": str(uuid4())}
        self.admin: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)

    async def ask(self, method: str, value: str = "a") -> httpx2.Response:
        body: Any = {"json": {"value": value}} if method == WRITE else {}
        return await self.client.request(method, "/effects", headers=self.headers, **body)

    def during(self, statement: str, *arguments: Any, times: int = 1000) -> list[int]:
        """Run a statement in each of the next transactions, after its effect; returns their numbers."""
        ran: list[int] = []

        async def inside(session: Any) -> None:
            if len(ran) < times:
                ran.append(len(ran))
                await session.value(statement, *arguments)

        self.effects.inside = inside
        return ran

    def count(self) -> int:
        row = self.admin.execute("select count(*) from effects").fetchone()
        return int(row[0]) if row else -1


@pytest_asyncio.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(TABLE)
    effects = Effects()
    async with started(application(database_url, effects)) as app, client_of(app) as client:
        opened = Place(client, effects, database_url)
        yield opened
        opened.admin.close()


def assert_passing(response: httpx2.Response, code: str) -> None:
    assert_problem(response, 503, code)
    assert int(response.headers["retry-after"]) > 0


async def test_a_read_whose_backend_is_killed_is_answered_all_the_same(place: Place) -> None:
    ran = place.during("select pg_terminate_backend(pg_backend_pid())", times=1)
    response = await place.ask(READ)
    assert (response.status_code, response.json()) == (200, {"effects": 0})
    assert ran == [0]


async def test_a_read_after_all_backends_were_killed_is_answered(place: Place) -> None:
    await asyncio.gather(*(place.ask(READ) for _ in range(8)))
    place.admin.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where datname = current_database() and application_name = 'wildside serve'"
    )
    answers = await asyncio.gather(*(place.ask(READ) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_write_whose_backend_is_killed_is_unknown_and_can_be_asked_again(place: Place) -> None:
    place.during("select pg_terminate_backend(pg_backend_pid())", times=1)
    assert_passing(await place.ask(WRITE), "outcome_unknown")
    assert place.count() == 0
    assert (await place.ask(WRITE)).status_code == 201
    assert (await place.ask(WRITE)).headers["idempotency-replayed"] == "true"
    assert place.count() == 1


@methods
async def test_a_statement_that_takes_too_long(place: Place, method: str) -> None:
    place.during("select pg_sleep(20)")
    assert_passing(await place.ask(method), "timed_out")
    assert place.count() == 0


@methods
async def test_a_lock_that_does_not_come(place: Place, method: str) -> None:
    place.during("lock table tags in share mode" if method == WRITE else "select count(*) from tags")
    with place.admin.transaction():
        place.admin.execute("lock table tags in access exclusive mode")
        assert_passing(await place.ask(method), "timed_out")
    assert place.count() == 0


RAISE = "do $$ begin raise exception using errcode = '{}', message = '" + CANARY + "'; end $$"


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
async def test_a_transaction_that_met_others_is_done_again(place: Place, sqlstate: str) -> None:
    ran = place.during(RAISE.format(sqlstate), times=3)
    assert (await place.ask(WRITE)).status_code == 201
    assert (len(ran), place.count()) == (3, 1)
    ran = place.during(RAISE.format(sqlstate))
    place.headers["Idempotency-Key"] = str(uuid4())
    assert_passing(await place.ask(WRITE), "retry_transaction")
    assert (len(ran), place.count()) == (4, 1)


async def test_two_that_lock_each_other_out_are_both_done(place: Place) -> None:
    """With a server that looks for deadlocks soon; by its default the time for locks is over before."""
    met = asyncio.Barrier(2)
    place.admin.execute("create table pair as select n from generate_series(0, 1) n")
    turns: list[int] = []

    async def inside(session: Any) -> None:
        first = len(turns) % 2
        turns.append(first)
        await session.rows("set local deadlock_timeout = '20ms'")
        await session.rows("select from pair where n = $1 for update", first)
        if len(turns) <= 2:
            await met.wait()
        await session.rows("select from pair where n = $1 for update", 1 - first)

    place.effects.inside = inside
    keys = [{**place.headers, "Idempotency-Key": str(uuid4())} for _ in range(2)]
    answers = await asyncio.gather(
        *(place.client.post("/effects", json={"value": "a"}, headers=headers) for headers in keys)
    )
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (len(turns), place.count()) == (3, 2)


async def test_a_table_that_has_changed_meanwhile_costs_one_more_attempt(place: Place) -> None:
    place.admin.execute("create table things as select 1 as size")
    place.during("select * from things")
    assert (await place.ask(WRITE)).status_code == 201
    place.admin.execute("alter table things add colour text")
    place.headers["Idempotency-Key"] = str(uuid4())
    assert (await place.ask(WRITE)).status_code == 201
    assert place.count() == 2


@methods
async def test_a_table_that_is_gone(place: Place, method: str) -> None:
    place.admin.execute("drop table effects")
    assert_passing(await place.ask(method), "schema_mismatch")


@methods
async def test_a_right_that_was_revoked(place: Place, method: str) -> None:
    place.admin.execute("create role effects_reader")
    try:
        place.during("do $$ begin set local role effects_reader; perform 1 from users; end $$")
        with capture_logs() as logs:
            response = await place.ask(method)
        assert_problem(response, 500, "internal_error")
        assert_nothing_leaks(response, ["users", "permission"])
        assert "unhandled error" in [log["event"] for log in logs]
    finally:
        place.admin.execute("drop role effects_reader")


@pytest.mark.alarms
async def test_a_rule_that_nobody_foresaw(place: Place) -> None:
    place.admin.execute(RULE.encode())
    with capture_logs() as logs:
        response = await place.ask(WRITE, CANARY)
    assert_problem(response, 500, "internal_error")
    assert_nothing_leaks(response, [CANARY, "effects_rule"])
    alarms = [log for log in logs if log["event"] == "constraint_violated"]
    assert [log["constraint"] for log in alarms] == ["effects_rule"]
    assert CANARY not in str(logs)


@pytest.mark.alarms
@methods
@pytest.mark.parametrize(
    ("statement", "argument"),
    [
        ("select $1::text::date", CANARY),  # refused by the server
        ("select $1::int", 2**31),  # by the driver
        ("select $1::text", CANARY + "\0"),
        ("select $1::text", CANARY + "\ud83d"),
    ],
)
async def test_a_value_that_no_column_holds(place: Place, method: str, statement: str, argument: Any) -> None:
    place.during(statement, argument)
    with capture_logs() as logs:
        response = await place.ask(method)
    assert_problem(response, 400, "invalid_request")
    assert [log["log_level"] for log in logs if log["event"] == "value_refused"] == ["error"]
    assert CANARY not in str(logs) + response.text


@methods
async def test_a_database_that_lets_nobody_in(place: Place, method: str) -> None:
    row = place.admin.execute("select current_database()").fetchone()
    assert row is not None
    name = row[0]
    assert (await place.ask(READ)).status_code == 200
    with psycopg.connect(place.admin.info.dsn, dbname="postgres", autocommit=True) as server:
        server.execute(f"alter database {name} allow_connections false".encode())
        server.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
            "where datname = %s and application_name = 'wildside serve'",
            [name],
        )
        assert_passing(await place.ask(method), "database_unavailable")
        server.execute(f"alter database {name} allow_connections true".encode())
    assert (await place.ask(method)).status_code in {200, 201}
