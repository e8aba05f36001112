"""What only PostgreSQL can show of its seed store: who holds the lock, and what is left untouched."""

from typing import Any

import psycopg
import pytest

from wildside.domain.command_errors import SeedLocked
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

HOLD = "select pg_advisory_xact_lock(x'57494C44'::int, 1)"


async def refused(database: PostgresDatabase) -> str:
    """Begin a seed that cannot; return what it was told."""
    async with database.transaction(keep=False) as stores:
        with pytest.raises(SeedLocked) as raised:
            await stores.seeding.begin("grace", "a test", 0.2)
    return str(raised.value)


async def test_the_holder_is_known_by_program_role_process_and_time(
    database: PostgresDatabase, other: psycopg.Connection[Any]
) -> None:
    other.execute("set application_name = 'wildside seed (ada)'")
    with other.transaction():
        [since] = other.execute(
            f"select to_char(now() at time zone 'utc', 'HH24:MI:SS') from ({HOLD}) l"
        ).fetchone() or [None]
        told = await refused(database)
    assert told == (
        "another seed is at work: wildside seed (ada) as wildside, "
        f"backend {other.info.backend_pid}, since {since} UTC"
    )


async def test_a_nameless_holder_is_a_program(
    database: PostgresDatabase, other: psycopg.Connection[Any]
) -> None:
    other.execute("set application_name = ''")
    with other.transaction():
        other.execute(HOLD)
        assert "at work: a program as wildside" in await refused(database)


async def test_a_holder_in_another_database_is_in_nobodys_way(
    database: PostgresDatabase, other: psycopg.Connection[Any]
) -> None:
    with psycopg.connect(other.info.dsn, dbname="postgres") as elsewhere:
        elsewhere.execute(HOLD)
        async with database.transaction(keep=False) as stores:
            await stores.seeding.begin("ada", "a test", 0)


async def test_a_role_that_may_not_look_at_the_holder_is_refused_all_the_same(
    database_url: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("create role curious login")
    try:
        url = database_url.replace("//wildside@", "//curious@")
        with other.transaction():
            other.execute(HOLD)
            async with PostgresDatabase(url, Limits(), "tests") as database:
                assert f"backend {other.info.backend_pid}" in await refused(database)
    finally:
        other.execute("drop role curious")


async def test_the_lock_leaves_with_its_transaction(
    database: PostgresDatabase, other: psycopg.Connection[Any]
) -> None:
    async with database.transaction() as stores:
        await stores.seeding.begin("ada", "a test", 1)
    assert other.execute("select from pg_locks where locktype = 'advisory'").fetchall() == []


async def test_actor_and_reason_are_those_of_the_versions_it_makes_and_of_no_later_one(
    database: PostgresDatabase, other: psycopg.Connection[Any]
) -> None:
    row = {"slug": "a", "sort_order": 1, "icon": "tag:a", "localizations": {"en-GB": {"name": "A"}}}
    async with database.transaction() as stores:
        await stores.seeding.begin("ada", "a test", 1)
        await stores.seeding.upsert("tags", [row])
    async with database.transaction() as stores:
        await stores.seeding.upsert("tags", [{**row, "sort_order": 2}])
    made = other.execute("select actor, reason from reference_versions order by version").fetchall()
    assert made == [("ada", "a test"), ("wildside", None)]


async def test_writing_the_same_again_leaves_the_very_row_in_place(
    database: PostgresDatabase, other: psycopg.Connection[Any]
) -> None:
    """Even a row that is rewritten as it was would cost WAL and vacuuming."""
    rows = [{"slug": "a", "sort_order": 1, "icon": "tag:a", "localizations": {"en-GB": {"name": "A"}}}]
    async with database.transaction() as stores:
        await stores.seeding.upsert("tags", rows)
    place = other.execute("select ctid, xmin from tags").fetchall()
    async with database.transaction() as stores:
        await stores.seeding.upsert("tags", rows)
        await stores.seeding.rename("tags", ("nowhere",), ("b",))
        await stores.seeding.deprecate("tags", [("nowhere",)])
    assert other.execute("select ctid, xmin from tags").fetchall() == place
