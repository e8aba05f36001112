"""One connection that listens for new versions, and knows whether it still would hear of one."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from wildside.outbound.postgres.errors import FAILURES
from wildside.outbound.postgres.hosts import connect

CHANNEL = "wildside_reference"
HEARTBEAT = 0.4
"""Seconds between two heartbeats, and the longest that one may take: so a connection that died
silently is trusted for twice this, and nothing that is served is staler."""


class Listener:
    """Listens while it is open, and connects again for as long as it takes."""

    def __init__(self, url: str, heartbeat: float = HEARTBEAT) -> None:
        self._url, self._heartbeat = url, heartbeat
        self._listening = False
        self._count = 0
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._wakers: set[asyncio.Future[None]] = set()

    @property
    def mark(self) -> int | None:
        """Return how many times something was heard or missed; None while nobody listens."""
        return self._count if self._listening else None

    async def later(self, mark: int | None, seconds: float) -> None:
        """Return when the mark is another than this, at the latest after so many seconds."""
        if self.mark != mark:
            return
        waker = asyncio.get_running_loop().create_future()
        self._wakers.add(waker)
        try:
            async with asyncio.timeout(seconds):
                await waker
        except TimeoutError:
            pass
        finally:
            self._wakers.discard(waker)

    def wake(self) -> None:
        """Have everybody look again who waits: something else than a version is new."""
        self._tell(listening=self._listening)

    async def __aenter__(self) -> "Listener":
        """Begin, and return once the first attempt has succeeded or failed."""
        self._task = asyncio.create_task(self._run())
        await self._tried.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def _tell(self, *, listening: bool) -> None:
        self._listening = listening
        self._count += 1
        for waker in self._wakers:
            if not waker.done():
                waker.set_result(None)

    async def _run(self) -> None:
        while True:
            with suppress(*FAILURES):
                await self._listen()
            self._tried.set()
            await asyncio.sleep(self._heartbeat)

    async def _listen(self) -> None:
        connection: Any = await connect(
            self._url,
            timeout=2.0,
            command_timeout=self._heartbeat,
            server_settings={"application_name": "wildside listener"},
        )
        try:
            await _must_be_ours(connection)
            connection.add_termination_listener(lambda _connection: self._tell(listening=False))
            await connection.add_listener(CHANNEL, lambda *_: self._tell(listening=True))
            # What changed before this moment was not heard; the new mark has it looked for.
            self._tell(listening=True)
            self._tried.set()
            while not connection.is_closed():
                await asyncio.sleep(self._heartbeat)
                await connection.fetchval("select 1")
        finally:
            if self._listening:
                self._tell(listening=False)
            connection.terminate()


async def _must_be_ours(connection: Any) -> None:
    """Raise InterfaceError behind a pooler: what is announced there, others would hear or nobody.

    A pooler cannot know which of its sessions it will lend, so it makes a number up at the connect.
    """
    if await connection.fetchval("select pg_backend_pid()") != connection.get_server_pid():
        raise asyncpg.InterfaceError("a pooler lends these connections: nobody can listen on them")
