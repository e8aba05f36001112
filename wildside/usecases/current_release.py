"""Hold the newest release in memory, and be sure at each request that it still is the newest."""

import asyncio
from collections import OrderedDict

from wildside.domain.delta import Base
from wildside.domain.release import Release, Version, build_release
from wildside.ports.database import Database
from wildside.ports.news import News
from wildside.usecases.transact import look

_BASES = 256
"""How many releases it remembers the digests of, some kilobytes each."""


class CurrentRelease:
    """Answers from memory while somebody listens and nothing was heard.

    Without a listener it asks the database for its version at each call. Rows it reads only when
    the version has changed.
    """

    def __init__(self, database: Database, news: News) -> None:
        self._database, self._news = database, news
        self._held: Release | None = None
        self._held_mark: int | None = None
        self._bases: OrderedDict[tuple[str, int], Base] = OrderedDict()
        self._building = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._next_answer: asyncio.Task[Version] | None = None

    async def __call__(self) -> Release:
        """Return a release no older than this call, or than what the listener can have missed.

        Raises NoRelease or a StoreError.
        """
        if (held := self.held()) is not None:
            return held
        before, mark = self._held, self._news.mark
        version = await self._newest_version()
        if before is None or before.version != version:
            before = await self._built(before, version)
        if before is self._held:
            # Whatever was heard after `mark` was read may be newer than the answer.
            self._held_mark = mark
        return before

    def held(self) -> Release | None:
        """Return the newest release, where that is certain without asking anybody."""
        mark = self._news.mark
        return self._held if mark is not None and mark == self._held_mark else None

    def base(self, epoch: str, number: int) -> Base | None:
        """Return what differences from a release are made of, if it was held here not long ago."""
        return self._bases.get((epoch, number))

    def _hold(self, release: Release) -> None:
        self._held, self._held_mark = release, None
        self._bases[release.version.epoch, release.version.number] = Base(release.token, release.digests)
        if len(self._bases) > _BASES:
            self._bases.popitem(last=False)

    async def _built(self, before: Release | None, version: Version) -> Release:
        async with self._building:
            held = self._held
            if held is not None and held is not before and _covers(held.version, version):
                return held
            release = build_release(await look(self._database, lambda stores: stores.reference.content()))
            self._hold(release)
            return release

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
            return await look(self._database, lambda stores: stores.reference.version())


def _covers(built: Version, wanted: Version) -> bool:
    """Whether a release that was built while we waited is no older than what we asked for."""
    return built.epoch == wanted.epoch and built.number >= wanted.number
