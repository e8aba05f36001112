"""Hold the newest release in memory, and be sure at each request that it still is the newest."""

import asyncio

from wildside.domain.release import Release, Version, build_release
from wildside.ports.database import Database


class CurrentRelease:
    """Asks the database for its version at each call, and for its rows only when that has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: Release | None = None
        self._building = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._next_answer: asyncio.Task[Version] | None = None

    async def __call__(self) -> Release:
        """Return a release no older than this call. Raises NoRelease or a StoreError."""
        before = self._held
        version = await self._newest_version()
        if before is not None and before.version == version:
            return before
        async with self._building:
            held = self._held
            if held is not None and held is not before and _covers(held.version, version):
                return held
            async with self._database.reading() as stores:
                content = await stores.reference.content()
            self._held = build_release(content)
            return self._held

    async def _newest_version(self) -> Version:
        """Share one question among all calls that came before it was asked.

        A question that is under way may have been answered before this call, so it will not do.
        """
        if self._next_answer is None:
            self._next_answer = asyncio.create_task(self._ask())
            # Everybody who asked may be gone when it fails; then nobody is to be told.
            self._next_answer.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._next_answer)

    async def _ask(self) -> Version:
        async with self._asking:
            self._next_answer = None
            async with self._database.reading() as stores:
                return await stores.reference.version()


def _covers(built: Version, wanted: Version) -> bool:
    """Whether a release that was built while we waited is no older than what we asked for."""
    return built.epoch == wanted.epoch and built.number >= wanted.number
