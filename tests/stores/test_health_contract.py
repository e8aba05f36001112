"""What every health store does, on dicts and on PostgreSQL."""

from typing import Any

import psycopg

from tests.conftest import MIGRATIONS
from tests.stores.contract import Backend
from wildside.outbound.postgres.migrations import migration_ids
from wildside.outbound.postgres.pool import PostgresDatabase


async def test_the_applied_migrations_are_known_by_their_ids(backend: Backend) -> None:
    expected = frozenset({"0001.first"}) if backend.name == "memory" else migration_ids(MIGRATIONS)
    async with backend.database.reading() as stores:
        assert await stores.health.applied_migrations() == expected


async def test_a_database_that_yoyo_never_saw_has_no_migrations(
    database: PostgresDatabase, other: psycopg.Connection[Any]
) -> None:
    other.execute("drop table _yoyo_migration")
    async with database.reading() as stores:
        assert await stores.health.applied_migrations() == frozenset()
