"""What is looked up of the database for the metrics: asked seldom, and honest when there is no answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import time
from typing import Any

import psycopg
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import capture_logs

from tests.builders import Mail
from tests.conftest import url_of_connection
from tests.http.counting import Told
from tests.http.test_health import sever
from tests.people import person
from wildside.inbound.http.gauges import Gauges
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

Seeded = psycopg.Connection[Any]
FIGURES = {
    "wildside_database_looked_timestamp_seconds",
    "wildside_reference_version",
    "wildside_reference_released_timestamp_seconds",
    "wildside_reference_seed_runs",
    "wildside_reference_seeded_timestamp_seconds",
    "wildside_sessions",
}


class Place:
    """Gauges over a database."""

    def __init__(self, database: PostgresDatabase, every: float) -> None:
        self.gauges = Gauges(database, database, Mail(), every)
        self.registry = CollectorRegistry()
        self.registry.register(self.gauges)

    async def looked(self) -> Told:
        await self.gauges.look()
        return self.told()

    def told(self) -> Told:
        return Told(generate_latest(self.registry).decode())


@asynccontextmanager
async def place(url: str, every: float = 0.0) -> AsyncIterator[Place]:
    async with PostgresDatabase(url, Limits(connections=2), "tests") as database:
        yield Place(database, every)


async def test_what_was_never_looked_up_has_no_value(seeded_url: str) -> None:
    async with place(seeded_url) as here:
        told = here.told()
        assert not {name for name, _, _ in told.samples} & (FIGURES | {"wildside_database_up"})
        assert told.value("wildside_database_connections", state="idle") == 0
        began = time()
        told = await here.looked()
        assert began <= told.value("wildside_database_looked_timestamp_seconds") <= time()
        assert {name for name, _, _ in told.samples} >= FIGURES
        assert told.value("wildside_database_connections", state="idle") == 1


async def test_a_database_without_a_seed_has_no_moment_of_one(database_url: str) -> None:
    async with place(database_url) as here:
        told = await here.looked()
    assert told.value("wildside_reference_seed_runs") == 0
    assert "wildside_reference_seeded_timestamp_seconds" not in told.labels()


async def test_who_asks_soon_again_is_told_the_same(seeded_url: str) -> None:
    async with place(seeded_url, every=3600) as seldom, place(seeded_url) as always:
        assert (await seldom.looked()).value("wildside_sessions") == 0
        person(seeded_url)
        assert (await seldom.looked()).value("wildside_sessions") == 0
        assert (await always.looked()).value("wildside_sessions") == 1


async def test_many_who_ask_at_once_make_one_question(seeded_connection: Seeded) -> None:
    url = url_of_connection(seeded_connection)
    async with place(url, every=3600) as here:
        seeded_connection.execute("lock reference_counter in access exclusive mode")
        looks = [asyncio.create_task(here.gauges.look()) for _ in range(20)]
        await asyncio.sleep(0)
        assert here.told().value("wildside_database_connections", state="used") <= 1
        seeded_connection.rollback()
        await asyncio.gather(*looks)
        assert here.told().value("wildside_database_up") == 1


async def test_while_the_database_is_away_the_last_figures_stay(seeded_connection: Seeded) -> None:
    url, name = url_of_connection(seeded_connection), seeded_connection.info.dbname
    async with place(url) as here:
        before = await here.looked()
        maintenance = sever(seeded_connection)
        with capture_logs() as logs:
            away = await here.looked()
            await here.looked()
        assert before.value("wildside_database_up") == 1
        assert away.value("wildside_database_up") == 0
        for figure in FIGURES:
            assert away.value(figure) == before.value(figure)
        assert [(line["event"], line["code"]) for line in logs] == [
            ("metrics lack the database", "database_unavailable")
        ]
        with psycopg.connect(maintenance, autocommit=True) as other:
            other.execute(f"alter database {name} allow_connections true".encode())
        assert (await here.looked()).value("wildside_database_up") == 1


async def test_a_database_that_does_not_answer_holds_nobody_up(seeded_connection: Seeded) -> None:
    async with place(url_of_connection(seeded_connection)) as here:
        seeded_connection.execute("lock reference_counter in access exclusive mode")
        async with asyncio.timeout(10):
            told = await here.looked()
        assert told.value("wildside_database_up") == 0
        assert "wildside_sessions" not in told.labels()


async def test_a_wait_for_a_connection_is_told_whatever_comes_of_it(database_url: str) -> None:
    waits: list[tuple[float, bool]] = []
    limits = Limits(connections=1, acquire=0.05)
    async with (
        PostgresDatabase(database_url, limits, "tests", lambda *wait: waits.append(wait)) as database,
        database.reading(),
    ):
        assert (database.usage().used, database.usage().idle, database.usage().most) == (1, 0, 1)
        with pytest.raises(Exception, match="no connection in time"):
            async with database.reading():
                raise AssertionError
    assert [found for _, found in waits] == [True, False]
    assert waits[1][0] >= 0.05
