"""What must not go through PgBouncer, what happens where it does, and who says so."""

import asyncio
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cli.doctoring import examine
from tests.cli.program import Program, wildside
from tests.conftest import url_of_connection
from tests.http.support import REFERENCE, client_over
from tests.scaling.pooler import Pooler, pgbouncer, sessions
from wildside.config import DatabaseUrl
from wildside.outbound.postgres import listener
from wildside.outbound.postgres.listener import Listener
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

VERSION = f"{REFERENCE}/version"
PATIENCE = 20.0
CHANGE = "update tags set icon = %s where slug = 'coffee'"


def change(url: str, icon: str) -> None:
    with psycopg.connect(url) as admin:
        admin.execute(CHANGE, [icon])


def until_other(server: str, version: Any) -> Any:
    """The next version that a server tells of: a message about it may be under way."""
    deadline = monotonic() + PATIENCE
    while (found := httpx2.get(server + VERSION, timeout=PATIENCE).json()) == version:
        assert monotonic() < deadline, "it never heard of the change"
        sleep(0.02)
    return found


def checks(answer: httpx2.Response) -> dict[str, str]:
    found: dict[str, Any] = answer.json()["checks"]
    return {name: one["status"] for name, one in found.items()}


def test_processes_hear_of_a_change_by_the_way_around_it(
    pooler: Pooler, seeded_connection: psycopg.Connection[Any]
) -> None:
    url = url_of_connection(seeded_connection)
    env = {"DATABASE_URL": pooler.through(url), "DATABASE_DIRECT_URL": url}
    with (
        Program("serve", "--port", "0", env=env) as one,
        Program("serve", "--port", "0", env=env) as two,
    ):
        servers = [one.url(), two.url()]
        for server in servers:
            ready = httpx2.get(f"{server}/health/ready", timeout=PATIENCE)
            assert set(checks(ready).values()) == {"pass"}, ready.text
        before = [httpx2.get(server + VERSION, timeout=PATIENCE).json() for server in servers]
        assert before[0] == before[1]
        change(url, "some:other")
        after = [until_other(server, before[0]) for server in servers]
        assert after[0] == after[1]
        seeded_connection.autocommit = True
        assert sessions(seeded_connection, "wildside listener") == 2


async def test_a_listener_that_a_pooler_lends_does_not_trust_it(pooler: Pooler, seeded_url: str) -> None:
    through = pooler.through(seeded_url)
    async with client_over(through, direct=DatabaseUrl.parse(through)) as client:
        ready = await client.get("/health/ready")
        assert (ready.status_code, checks(ready)["listener"]) == (200, "warn"), ready.text
        for icon in ("some:one", "some:two"):
            before = (await client.get(VERSION)).json()
            change(seeded_url, icon)
            # Nobody told it; it asks at each request.
            assert (await client.get(VERSION)).json() != before


async def test_a_listener_that_trusted_it_would_hear_nothing(
    pooler: Pooler, seeded_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trust(_connection: Any) -> None:
        """As if nothing could stand in between."""

    monkeypatch.setattr(listener, "_must_be_ours", trust)
    async with (
        Listener(pooler.through(seeded_url), heartbeat=60.0) as deaf,
        Listener(seeded_url, heartbeat=60.0) as hears,
    ):
        marks = deaf.mark, hears.mark
        assert None not in marks
        change(seeded_url, "some:other")
        await hears.later(marks[1], PATIENCE)
        await asyncio.sleep(0.3)
        assert hears.mark != marks[1]
        assert deaf.mark == marks[0]  # and so what it has in memory would be served on and on


async def test_without_a_way_around_connects_are_refused(pooler: Pooler, seeded_url: str) -> None:
    async with client_over(pooler.through(seeded_url)) as client:
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get(VERSION)).status_code == 503


async def test_where_the_refusal_is_switched_off_the_limits_are_lost_without_a_word(
    cluster: SimpleNamespace, seeded_url: str
) -> None:
    ignored = "lock_timeout,statement_timeout,idle_in_transaction_session_timeout,jit,plan_cache_mode"
    ignoring = {"ignore_startup_parameters": f"{ignored},client_connection_check_interval"}
    with pgbouncer(cluster.host, cluster.user, **ignoring) as careless:
        async with (
            PostgresDatabase(careless.through(seeded_url), Limits(), "tests") as database,
            database.transaction() as stores,
        ):
            asked = "select current_setting('lock_timeout')"
            assert await stores.health._session.value(asked) == "0"


def test_migrations_are_refused(pooler: Pooler, database_url: str) -> None:
    done = wildside("db", "apply", "--database-url", pooler.through(database_url))
    assert done.returncode == 2
    assert "leads to a pooler" in done.stderr
    with psycopg.connect(database_url) as admin:
        assert admin.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,)


def test_a_seed_is_refused_and_writes_nothing(pooler: Pooler, database_url: str) -> None:
    done = wildside("seed", env={"DATABASE_URL": pooler.through(database_url)})
    assert done.returncode == 4, done.stderr
    assert "unsupported startup parameter" in done.stderr
    with psycopg.connect(database_url) as admin:
        assert admin.execute("select count(*) from reference_seed_runs").fetchone() == (0,)


def test_doctor_finds_a_pooler_that_nobody_told_of(pooler: Pooler, seeded_url: str, tmp_path: Path) -> None:
    through = pooler.through(seeded_url)
    found = {
        "": examine(seeded_url).statuses("pooler"),
        "untold": examine(through).statuses("pooler"),
        "told": examine(through, DATABASE_DIRECT_URL=seeded_url).statuses("pooler"),
        "both": examine(through, DATABASE_DIRECT_URL=through).statuses("pooler"),
        "neither": examine(seeded_url, DATABASE_DIRECT_URL=seeded_url).statuses("pooler"),
        "down": examine(f"postgresql:///x?host={tmp_path}", DATABASE_DIRECT_URL=seeded_url).statuses(
            "pooler"
        ),
    }
    assert found == {
        "": [], "untold": ["fail"], "told": ["ok"], "both": ["fail"], "neither": ["warn"], "down": ["fail"],
    }  # fmt: skip


def test_a_way_around_that_is_no_url_is_told_with_the_rest(seeded_url: str) -> None:
    done = wildside("serve", env={"DATABASE_URL": seeded_url, "DATABASE_DIRECT_URL": "mysql://db"})
    assert done.returncode == 2
    assert "DATABASE_DIRECT_URL must begin with postgresql://" in done.stderr
