"""The provider of an app that does not ask the backend: it reads what was packaged with it."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from wildside.client.answers import Answer, Version
from wildside.client.provider import ReleaseProvider
from wildside.client.release import Release
from wildside.client.snapshot import load_snapshot


class LocalProvider(ReleaseProvider):
    """Answers from a snapshot file, read once.

    Its answers are never stale, for no backend was to be asked, and have no age. The first call
    raises NoSnapshot, SnapshotInvalid or SchemaMismatch if the file is of no use.
    """

    def __init__(self, snapshot: Path) -> None:
        self._snapshot = snapshot
        self._release: Release | None = None

    async def current(self, *, allow_stale_cache: bool = True) -> Answer[Release]:  # noqa: ARG002 - see above
        """Return the packaged release."""
        if self._release is None:
            self._release = await asyncio.to_thread(load_snapshot, self._snapshot)
        return Answer(self._release, "packaged", self._release.token, age=None, stale=False)

    async def follow(self) -> AsyncGenerator[Answer[Version], None]:
        """Yield the packaged release; no other will come."""
        yield await self.get_version()
