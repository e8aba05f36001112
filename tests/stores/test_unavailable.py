"""A database that cannot be reached, or that goes away, is Unavailable: never the driver's own error."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.sql.support import Connection
from tests.stores.conftest import Raw
from wildside.domain.errors import StoreError, Unavailable
from wildside.outbound.postgres.pool import Limits, PostgresDatabase


@pytest.fixture
def database_url(shared_url: str) -> str:
    """One database for all tests of this file: they leave nothing behind."""
    return shared_url


class TestUnavailable:
    """Each of these is the caller's cue to answer 503 and try again later."""

    async def read(self, url: str, limits: Limits | None = None) -> None:
        async with (
            PostgresDatabase(url, limits or Limits(), "tests") as database,
            database.reading() as stores,
        ):
            await stores.health.applied_migrations()

    async def test_a_socket_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable):
            await self.read(f"postgresql://wildside@/wildside?host={tmp_path}&port=1")

    async def test_a_port_where_nobody_listens(self) -> None:
        with pytest.raises(Unavailable):
            await self.read("postgresql://wildside@127.0.0.1:1/wildside")

    async def test_a_server_that_never_answers(self) -> None:
        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()
            hung_up.set()

        hung_up = asyncio.Event()
        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(Unavailable):
                await self.read(f"postgresql://wildside@127.0.0.1:{port}/wildside", Limits(acquire=0.1))
            await hung_up.wait()

    async def test_a_database_that_is_not_there(self, database_url: str) -> None:
        with pytest.raises(Unavailable):
            await self.read(re.sub(r"/[^/?]*\?", "/nowhere?", database_url))

    async def test_a_role_that_is_not_there(self, database_url: str) -> None:
        with pytest.raises(Unavailable):
            await self.read(database_url.replace("//wildside@", "//nobody@"))

    async def test_a_server_with_no_connection_left(self, database_url: str, other: Connection) -> None:
        other.execute("create role crowded login connection limit 0")
        try:
            with pytest.raises(Unavailable):
                await self.read(database_url.replace("//wildside@", "//crowded@"))
        finally:
            other.execute("drop role crowded")

    async def test_a_pool_with_no_connection_left(self, database_url: str) -> None:
        limits = Limits(connections=1, acquire=0.05)
        async with PostgresDatabase(database_url, limits, "tests") as database, database.reading():
            with pytest.raises(Unavailable):
                await self._enter(database)

    async def _enter(self, database: PostgresDatabase) -> None:
        async with database.reading():
            pass

    async def test_a_backend_that_is_terminated_in_the_middle_of_a_statement(
        self, database: PostgresDatabase, raw: Raw, other: Connection
    ) -> None:
        async def wait_for_lock() -> None:
            async with database.transaction() as stores:
                await stores.seeding.rows("tags")

        async with raw.transaction():
            await raw.execute("lock table tags in access exclusive mode")
            waiting = asyncio.gather(wait_for_lock(), _until_terminated(other, "wait_event_type = 'Lock'"))
            with pytest.raises(Unavailable):
                await waiting

    async def test_a_backend_that_is_terminated_between_two_statements(
        self, database: PostgresDatabase, other: Connection
    ) -> None:
        async def work() -> None:
            async with database.transaction() as stores:
                await stores.seeding.version()
                await _until_terminated(other)
                await stores.seeding.version()

        with pytest.raises(Unavailable):
            await work()

    async def test_a_backend_that_is_terminated_before_the_commit(
        self, database: PostgresDatabase, other: Connection
    ) -> None:
        async def work() -> None:
            async with database.transaction() as stores:
                await stores.seeding.version()
                await _until_terminated(other)

        with pytest.raises(Unavailable):
            await work()

    async def test_a_backend_that_is_terminated_before_its_return_to_the_pool(
        self, database: PostgresDatabase, other: Connection
    ) -> None:
        """What was read is good: whether the goodbye fails is no matter, but never as the driver's error."""

        async def work() -> None:
            async with database.reading() as stores:
                await stores.seeding.version()
                await _until_terminated(other)

        try:
            await work()
        except StoreError as error:
            assert isinstance(error, Unavailable)  # noqa: PT017

    async def test_a_pool_whose_backend_was_terminated_recovers_at_the_next_use(
        self, database: PostgresDatabase, other: Connection
    ) -> None:
        async with database.reading() as stores:
            assert await stores.seeding.version() == 0
        await _until_terminated(other)
        await asyncio.sleep(0.01)
        async with database.reading() as stores:
            assert await stores.seeding.version() == 0


async def _until_terminated(other: Connection, condition: str = "true") -> None:
    """Terminate the other backends of this database once there is one, and see them gone."""
    for _ in range(500):
        if other.execute(_TERMINATE + condition).fetchall():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("there was nobody to terminate")


_TERMINATE = """
select pg_terminate_backend(pid, 2000)
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
   and application_name = 'tests' and """
