"""The provider of an app that asks the backend, and remembers what it said."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from wildside.client.answers import Answer, Source, Version, version_of
from wildside.client.backend import Backend
from wildside.client.cache import CacheFile
from wildside.client.changes import apply_changes
from wildside.client.errors import (
    BackendUnavailable,
    NoSnapshot,
    NotIntact,
    Refused,
    SchemaMismatch,
    SnapshotInvalid,
)
from wildside.client.events import CONFIRMED, Delay, Event
from wildside.client.local import LocalProvider
from wildside.client.provider import ReleaseProvider
from wildside.client.release import Release, parse_bootstrap

REWRITE_AFTER = 60.0
"""Seconds until a release that is confirmed again and again is written to disk again. Until then
the file says less than we know: an age that is too high, never one that is too low."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """A release, when the backend confirmed it (in seconds since 1970), and where we have it from."""

    release: Release
    verified_at: float
    source: Source


class RemoteProvider(ReleaseProvider):
    """Asks the backend for what has changed: at each call, once in `max_age` seconds, or when told so.

    Calls that come while it is being asked share that one question. `now` gives seconds since
    1970: the moment of a verification outlives the process, in the cache. `spread` gives numbers
    from 0 to 1, so that apps whose streams broke together do not all come back at once.
    """

    def __init__(
        self,
        backend: Backend,
        cache: CacheFile | None,
        packaged: LocalProvider,
        *,
        max_age: float,
        now: Callable[[], float],
        spread: Callable[[], float],
    ) -> None:
        self._backend = backend
        self._cache = cache
        self._packaged = packaged
        self._max_age = max_age
        self._now = now
        self._spread = spread
        self._held: _Held | None = None
        self._saved: _Held | None = None
        self._refreshing: asyncio.Task[_Held] | None = None
        self._saving = asyncio.Lock()
        self._heard: str | None = None
        self._unreadable: SchemaMismatch | None = None

    async def current(self, *, allow_stale_cache: bool = True) -> Answer[Release]:
        """Return the newest release to be had."""
        if self._held is not None and self._is_fresh(self._held):
            return self._answer(self._held)
        try:
            return self._answer(replace(await self._refreshed(), source="network"))
        except BackendUnavailable as error:
            if not allow_stale_cache:
                raise
            return await self._older(error)

    async def follow(self) -> AsyncGenerator[Answer[Version], None]:
        """Yield which release there is, as far as it can be had, and each that comes after it."""
        news = asyncio.Event()
        listening = asyncio.create_task(self._listen(news))
        listening.add_done_callback(lambda _task: news.set())
        known = None
        try:
            while not listening.done():
                news.clear()
                answer = await self._any()
                if answer is not None and answer.version != known:
                    known = answer.version
                    yield answer.carrying(version_of(answer.value))
                else:
                    await news.wait()
            listening.result()
        finally:
            listening.cancel()
            await asyncio.wait([listening])

    async def _any(self) -> Answer[Release] | None:
        try:
            return await self.current()
        except BackendUnavailable:
            return None

    async def _listen(self, news: asyncio.Event) -> None:
        """Read one stream after the other; what it says is `_heard` while it lives."""
        delay = Delay(self._spread)
        while True:
            try:
                async with aclosing(self._backend.events()) as events:
                    async for event in events:
                        delay.note(event)
                        await self._note(event)
                        news.set()
            except BackendUnavailable as error:
                _log.info("the stream of releases ended: %s", error)
            finally:
                self._heard = None
            await asyncio.sleep(delay.next())

    async def _note(self, event: Event) -> None:
        if event.kind == "release":
            self._heard = event.text
        held = self._held
        if event == CONFIRMED and held is not None and held.release.token == self._heard:
            self._held = _Held(held.release, self._now(), "memory")
            await self._save()

    def _is_fresh(self, held: _Held) -> bool:
        if held.source != "memory":
            return False
        # A clock that was set back proves nothing about the age.
        young = 0 <= self._now() - held.verified_at < self._max_age
        return young or held.release.token == self._heard

    def _answer(self, held: _Held, *, stale: bool = False) -> Answer[Release]:
        age = max(0.0, self._now() - held.verified_at)
        return Answer(held.release, held.source, held.release.token, age, stale)

    async def _older(self, error: BackendUnavailable) -> Answer[Release]:
        if self._unreadable is not None:
            raise self._unreadable
        if self._held is not None:
            return self._answer(self._held, stale=True)
        try:
            return replace(await self._packaged.current(), stale=True)
        except (NoSnapshot, SnapshotInvalid, SchemaMismatch) as none:
            message = f"{error}, nothing is cached, and {none}"
            raise BackendUnavailable(message, error.retry_after) from error

    async def _refreshed(self) -> _Held:
        """Join the refresh under way, or begin one; it goes on when a caller is cancelled."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())
            # Everybody who waited may be gone when it fails; then nobody is to be told.
            self._refreshing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._refreshing)

    async def _refresh(self) -> _Held:
        asked_at = self._now()  # whatever the backend answers was so at this moment, or later
        if self._held is None:
            self._held = await self._load()
        try:
            release = await self._fetch(self._held.release if self._held else None)
        except SchemaMismatch as error:
            self._unreadable = error  # an app that must be updated shall not work at times
            raise
        self._unreadable = None
        self._held = _Held(release, asked_at, "memory")
        await self._save()
        return self._held

    async def _fetch(self, held: Release | None) -> Release:
        if held is not None:
            try:
                return apply_changes(held, await self._backend.changes(held.token))
            except (NotIntact, Refused) as error:
                _log.info("replacing the reference release as a whole: %s", error)
        try:
            return parse_bootstrap(await self._backend.bootstrap())
        except NotIntact as error:
            raise BackendUnavailable(f"the backend's answer is damaged: {error}") from error

    async def _load(self) -> _Held | None:
        found = await asyncio.to_thread(self._cache.load) if self._cache else None
        if found is None:
            return None
        self._saved = _Held(*found, "disk")
        return self._saved

    async def _save(self) -> None:
        async with self._saving:  # whoever comes last finds the newest
            held = self._held
            if self._cache is None or held is None or (self._saved is not None and _near(self._saved, held)):
                return
            try:
                await asyncio.to_thread(self._cache.save, held.release, held.verified_at)
            except OSError as error:  # a full disk is no reason to withhold a good answer
                _log.warning("the reference release cannot be cached: %s", error)
            else:
                self._saved = held


def _near(saved: _Held, held: _Held) -> bool:
    return saved.release is held.release and abs(held.verified_at - saved.verified_at) < REWRITE_AFTER
