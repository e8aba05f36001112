"""Rebuild the releases of past versions, and what changed since them."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from wildside.domain.delta import Base, Token, delta, full_answer, nothing_changed
from wildside.domain.errors import NotFound
from wildside.domain.release import Body, Release, build_release
from wildside.ports.database import Database
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.transact import look

_RELEASES, _BASES, _DELTAS = 8, 1024, 64
"""How many are held in memory: a release is some hundred kilobytes, a base some kilobytes."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Recent(Generic[K, V]):
    """The values that were asked for last. They are made one at a time, however many wait for them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._making = asyncio.Lock()

    async def get(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        if (value := self._values.get(key)) is None:
            async with self._making:
                value = self._values.get(key) or await make()
                self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)
        return value


class PastReleases:
    """Versions are immutable, so what was rebuilt once may be held."""

    def __init__(self, database: Database, current: CurrentRelease) -> None:
        self._database, self._current = database, current
        self._releases: _Recent[tuple[str, int], Release] = _Recent(_RELEASES)
        self._bases: _Recent[tuple[str, int], Base] = _Recent(_BASES)
        self._deltas: _Recent[tuple[str, str], Body] = _Recent(_DELTAS)

    async def at(self, number: int) -> Release:
        """Return the release of a version. Raises NotFound where there never was one."""
        current = await self._current()
        if number == current.version.number:
            return current
        if not 0 < number < current.version.number:
            raise NotFound(f"There is no version {number} of the reference data.")
        return await self._releases.get((current.version.epoch, number), lambda: self._rebuild(number))

    async def of(self, token: Token) -> Release:
        """Return the release of a token. Raises NotFound where it names none of this line of versions."""
        release = await self.at(token.number)
        if release.token != token.text:
            raise NotFound("There is no such release here: the token is of another line of versions.")
        return release

    async def changes(self, since: Token, until: Token | None) -> Body:
        """Return what a client that has `since` lacks of `until`, or of the newest release.

        Raises NotFound when `until` names no release of this line of versions.
        """
        target = await (self._current() if until is None else self.of(until))
        return await self._deltas.get((since.text, target.token), lambda: self._compare(since, target))

    async def _compare(self, since: Token, target: Release) -> Body:
        if since.text == target.token:
            return nothing_changed(target)
        version = target.version
        if since.epoch != version.epoch or since.number >= version.number:
            return full_answer(since.text, target)
        base = self._current.base(since.epoch, since.number)
        if base is None:
            base = await self._bases.get((since.epoch, since.number), lambda: self._base(since.number))
        if base.token != since.text:
            return full_answer(since.text, target)
        changes = await look(
            self._database, lambda stores: stores.reference.changes(since.number, version.number)
        )
        return delta(base, target, changes)

    async def _base(self, number: int) -> Base:
        release = await self.at(number)
        return Base(release.token, release.digests)

    async def _rebuild(self, number: int) -> Release:
        return build_release(await look(self._database, lambda stores: stores.reference.content_at(number)))
