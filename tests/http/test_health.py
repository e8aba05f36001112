"""Health: alive, ready, and what is wrong when not."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cli.program import serving
from tests.conftest import url_of_connection
from tests.http.support import NOWHERE, READS, REFERENCE, assert_problem, client_over
from tests.people import KEY, person
from wildside import __version__
from wildside.settings import Timeouts

Seeded = psycopg.Connection[Any]
PROBES = ["/health", "/health/ready"]


def checks_of(response: httpx2.Response) -> dict[str, str]:
    """Check what every health answer must have, and return the checks' outcomes."""
    assert response.headers["content-type"] == "application/health+json", response.text
    assert response.headers["cache-control"] == "no-store"
    document = response.json()
    outcomes = {name: check["status"] for name, check in document["checks"].items()}
    worst = next((s for s in ("fail", "warn") if s in outcomes.values()), "pass")
    assert document["status"] == worst, response.text
    assert response.status_code == (503 if worst == "fail" else 200), response.text
    return outcomes


async def failing(url: str, path: str) -> tuple[dict[str, str], str]:
    """The outcomes of the checks, and what the failing ones say."""
    async with client_over(url) as client:
        response = await client.get(path)
    outputs = [check.get("output", "") for check in response.json()["checks"].values()]
    return checks_of(response), "\n".join(outputs)


async def test_a_process_is_alive_without_a_database() -> None:
    async with client_over(NOWHERE) as client:
        response = await client.get("/health/live")
    assert checks_of(response) == {}
    assert response.status_code == 200


@pytest.mark.parametrize("path", PROBES)
async def test_a_seeded_database_is_ready(client: httpx2.AsyncClient, path: str) -> None:
    outcomes = checks_of(await client.get(path))
    assert outcomes == {"listener": "pass", "database": "pass", "migrations": "pass", "release": "pass"}


async def test_health_names_the_program(client: httpx2.AsyncClient) -> None:
    about = (await client.get("/health")).json()
    assert (about["serviceId"], about["version"]) == ("wildside", __version__)


@pytest.mark.parametrize("path", PROBES)
async def test_readiness_names_a_database_that_is_down(path: str) -> None:
    outcomes, output = await failing(NOWHERE.replace("nobody", "nobody:canary"), path)
    assert outcomes["database"] == "fail"
    assert "database_unavailable" in output
    assert "canary" not in output


@pytest.mark.parametrize("path", PROBES)
async def test_readiness_names_a_missing_migration(seeded_connection: Seeded, path: str) -> None:
    seeded_connection.execute("delete from _yoyo_migration where migration_id = '0011.regions'")
    seeded_connection.commit()
    outcomes, output = await failing(url_of_connection(seeded_connection), path)
    assert outcomes == {"listener": "pass", "database": "pass", "migrations": "fail", "release": "pass"}
    assert "0011.regions" in output
    assert "yoyo apply" in output


async def test_readiness_only_warns_of_a_newer_migration(seeded_connection: Seeded) -> None:
    seeded_connection.execute("""
        insert into _yoyo_migration (migration_hash, migration_id, applied_at_utc)
        values ('0', '9999.future', now() at time zone 'UTC')
    """)
    seeded_connection.commit()
    outcomes, output = await failing(url_of_connection(seeded_connection), "/health/ready")
    assert outcomes == {"listener": "pass", "database": "pass", "migrations": "warn", "release": "pass"}
    assert "9999.future" in output


async def test_readiness_names_a_missing_release(database_url: str) -> None:
    outcomes, output = await failing(database_url, "/health/ready")
    assert outcomes == {"listener": "pass", "database": "pass", "migrations": "pass", "release": "fail"}
    assert "wildside seed" in output


async def test_readiness_names_everything_that_an_empty_database_lacks(
    cluster: Any, connection: Seeded
) -> None:
    empty = url_of_connection(connection).replace(connection.info.dbname, cluster.maintenance_dbname)
    outcomes, output = await failing(empty, "/health/ready")
    assert outcomes == {"listener": "pass", "database": "pass", "migrations": "fail", "release": "fail"}
    assert "yoyo apply" in output


async def test_readiness_comes_back_with_the_migration(seeded_connection: Seeded) -> None:
    seeded_connection.execute("create table kept as select * from _yoyo_migration")
    seeded_connection.execute("delete from _yoyo_migration")
    seeded_connection.commit()
    async with client_over(url_of_connection(seeded_connection)) as client:
        assert checks_of(await client.get("/health/ready"))["migrations"] == "fail"
        seeded_connection.execute("insert into _yoyo_migration select * from kept")
        seeded_connection.commit()
        await becomes(client, "pass")


BEHIND = (
    "alter table walk_sessions rename to gone",
    "delete from _yoyo_migration where migration_id ~ '^0032'",
)
AHEAD = ("alter table gone rename to walk_sessions", "insert into _yoyo_migration select * from kept")


async def test_a_schema_that_is_behind_is_told_to_who_asks_and_by_readiness(seeded_url: str) -> None:
    ada, path = person(seeded_url), "/api/v1/walk-sessions/completed"
    with psycopg.connect(seeded_url, autocommit=True) as admin:
        admin.execute("create table kept as select * from _yoyo_migration where migration_id ~ '^0032'")
        for statement in BEHIND:
            admin.execute(statement)
        async with client_over(seeded_url, session_keys=(KEY,)) as client:
            answer = await client.get(path, headers=ada.headers)
            assert_problem(answer, 503, "schema_mismatch")
            assert int(answer.headers["retry-after"]) > 0
            await becomes(client, "fail")
            for statement in AHEAD:
                admin.execute(statement)
            await becomes(client, "pass")
            assert (await client.get(path, headers=ada.headers)).status_code == 200


def sever(connection: Seeded) -> str:
    """End everybody's sessions and let nobody in; return the database's name."""
    name = connection.info.dbname
    maintenance = url_of_connection(connection).replace(name, "postgres")
    connection.close()
    with psycopg.connect(maintenance, autocommit=True) as other:
        other.execute(f"alter database {name} allow_connections false".encode())
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
    return maintenance


async def test_a_server_outlives_its_database(seeded_connection: Seeded) -> None:
    url, name = url_of_connection(seeded_connection), seeded_connection.info.dbname
    with serving(url) as address:
        async with httpx2.AsyncClient(base_url=address) as client:
            before = await client.get(f"{REFERENCE}/bootstrap")
            maintenance = sever(seeded_connection)
            await becomes(client, "fail")
            for path in READS:
                response = await client.get(path)
                assert_problem(response, 503, "database_unavailable")
                assert int(response.headers["retry-after"]) > 0
            assert (await client.get("/health/live")).status_code == 200
            with psycopg.connect(maintenance, autocommit=True) as other:
                other.execute(f"alter database {name} allow_connections true".encode())
            await becomes(client, "pass")
            assert (await client.get(f"{REFERENCE}/bootstrap")).content == before.content


async def test_a_locked_database_is_answered_in_time(seeded_connection: Seeded) -> None:
    seeded_connection.execute("lock reference_counter in access exclusive mode")
    async with client_over(url_of_connection(seeded_connection), timeouts=Timeouts()) as client:
        began = monotonic()
        responses = await asyncio.gather(*(client.get(READS[0]) for _ in range(20)))
        took = monotonic() - began
    assert {response.status_code for response in responses} == {503}
    assert {response.json()["code"] for response in responses} <= {"timed_out", "database_unavailable"}
    assert all(int(response.headers["retry-after"]) > 0 for response in responses)
    assert took < 2.5


async def becomes(client: httpx2.AsyncClient, status: str) -> None:
    """Wait until readiness has this outcome."""
    with suppress(TimeoutError):
        async with asyncio.timeout(10):
            while (await client.get("/health/ready")).json()["status"] != status:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    response = await client.get("/health/ready")
    assert response.json()["status"] == status, response.text
