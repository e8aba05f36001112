"""Readiness: each check fails by itself, says why, and raises nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.builders import MOMENT, Mail, image, table
from tests.conftest import MIGRATIONS
from wildside.domain.errors import QueryFailed, SchemaMismatch, StoreError, TimedOut, Unavailable
from wildside.domain.health import Check, overall
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.migrations import migration_ids
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.usecases.check_readiness import check_readiness

EXPECTED = migration_ids(MIGRATIONS)


async def a_memory(*migrations: str, rows: int = 1) -> MemoryDatabase:
    database = MemoryDatabase([table()], now=lambda: MOMENT, migrations=migrations)
    for number in range(rows):
        await database.edit("tags", image(f"tag-{number}"))
    return database


async def test_all_is_well() -> None:
    checks = await check_readiness(await a_memory("0001.a"), Mail(1), frozenset({"0001.a"}))
    assert checks == {
        "listener": Check("pass"),
        "database": Check("pass"),
        "migrations": Check("pass"),
        "release": Check("pass"),
    }


async def test_a_migration_that_is_not_applied_fails_alone() -> None:
    checks = await check_readiness(await a_memory("0001.a"), Mail(1), frozenset({"0001.a", "0002.b"}))
    assert {name: check.status for name, check in checks.items()} == {
        "listener": "pass",
        "database": "pass",
        "migrations": "fail",
        "release": "pass",
    }
    assert "0002.b" in (checks["migrations"].output or "")


async def test_a_migration_of_a_newer_program_only_warns() -> None:
    checks = await check_readiness(await a_memory("0001.a", "0002.b"), Mail(1), frozenset({"0001.a"}))
    assert (checks["migrations"].status, overall(checks)) == ("warn", "warn")


async def test_a_database_without_a_release_fails_alone() -> None:
    checks = await check_readiness(await a_memory(rows=0), Mail(1), frozenset())
    assert checks == {
        "listener": Check("pass"),
        "database": Check("pass"),
        "migrations": Check("pass"),
        "release": Check("fail", "there is no reference release yet: run wildside seed"),
    }


class Broken:
    """A database whose door, or one of whose stores, raises."""

    def __init__(self, error: StoreError, where: str) -> None:
        self.error, self.where = error, where

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        if self.where == "door":
            raise self.error
        yield self

    @property
    def health(self) -> "Broken":
        return self

    @property
    def reference(self) -> "Broken":
        return self

    async def applied_migrations(self) -> frozenset[str]:
        if self.where == "health":
            raise self.error
        return frozenset()

    async def version(self) -> None:
        raise self.error


@pytest.mark.parametrize("error", [Unavailable("x"), TimedOut("x"), QueryFailed("x")])
@pytest.mark.parametrize("where", ["door", "health"])
async def test_a_database_that_cannot_be_used_fails_with_what_depends_on_it(
    error: StoreError, where: str
) -> None:
    checks = await check_readiness(Broken(error, where), Mail(1), frozenset())  # type: ignore[arg-type]
    assert checks["database"].status == checks["release"].status == "fail"
    assert (checks["database"].output or "").startswith(error.code)
    assert overall(checks) == "fail"


async def test_a_release_that_cannot_be_read_fails_alone() -> None:
    broken = Broken(SchemaMismatch("no such table"), "reference")
    checks = await check_readiness(broken, Mail(1), frozenset())  # type: ignore[arg-type]
    assert checks == {
        "listener": Check("pass"),
        "database": Check("pass"),
        "migrations": Check("pass"),
        "release": Check("fail", "not readable"),
    }


async def test_a_message_for_people_gives_no_secret_away() -> None:
    error = Unavailable("password authentication failed for user grace at 10.0.0.7")
    checks = await check_readiness(Broken(error, "door"), Mail(1), frozenset())  # type: ignore[arg-type]
    assert "grace" not in str(checks)
    assert "10.0.0.7" not in str(checks)


class TestOnPostgres:
    async def test_all_is_well(self, seeded: PostgresDatabase) -> None:
        assert overall(await check_readiness(seeded, Mail(1), EXPECTED)) == "pass"

    async def test_a_migrated_database_lacks_only_its_release(self, database: PostgresDatabase) -> None:
        checks = await check_readiness(database, Mail(1), EXPECTED)
        assert {name: check.status for name, check in checks.items()} == {
            "listener": "pass",
            "database": "pass",
            "migrations": "pass",
            "release": "fail",
        }

    async def test_a_database_that_was_never_migrated_lacks_both(self, cluster: Any) -> None:
        url = f"postgresql://{cluster.user}@/postgres?host={cluster.host}&port={cluster.port}"
        async with PostgresDatabase(url, Limits(), "tests") as database:
            checks = await check_readiness(database, Mail(1), EXPECTED)
        assert {name: check.status for name, check in checks.items()} == {
            "listener": "pass",
            "database": "pass",
            "migrations": "fail",
            "release": "fail",
        }

    async def test_a_server_that_is_down_fails_everything(self, tmp_path: Path) -> None:
        url = f"postgresql://wildside@/wildside?host={tmp_path}"
        async with PostgresDatabase(url, Limits(), "tests") as database:
            checks = await check_readiness(database, Mail(1), EXPECTED)
        assert {check.status for name, check in checks.items() if name != "listener"} == {"fail"}

    async def test_a_connection_that_died_since_does_no_harm(
        self, seeded: PostgresDatabase, seeded_connection: psycopg.Connection[Any]
    ) -> None:
        assert overall(await check_readiness(seeded, Mail(1), EXPECTED)) == "pass"
        seeded_connection.execute(
            "select pg_terminate_backend(pid, 2000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
        await check_readiness(seeded, Mail(1), EXPECTED)
        assert overall(await check_readiness(seeded, Mail(1), EXPECTED)) == "pass"
