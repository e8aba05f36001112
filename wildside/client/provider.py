"""What an app asks for reference data, whichever way they come."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from typing import Protocol

from wildside.client.answers import Answer, Bootstrap, Version, bootstrap_of, version_of
from wildside.client.errors import UnknownTable
from wildside.client.release import Release, Row


class ReferenceDataProvider(Protocol):
    """Reference data, one release at a time.

    Every method raises SchemaMismatch if the data cannot be read by this app. With
    `allow_stale_cache` an older release answers when the backend does not, and the answer says so;
    without it, or if there is no older one, BackendUnavailable is raised. Values belong to the
    caller: changing them changes no later answer. To be used from one event loop at a time.
    """

    async def get_bootstrap(self, *, allow_stale_cache: bool = True) -> Answer[Bootstrap]:
        """Return every table."""
        ...

    async def get_version(self, *, allow_stale_cache: bool = True) -> Answer[Version]:
        """Return which release `get_bootstrap` would return now, and what its tables are."""
        ...

    async def get_table(self, name: str, *, allow_stale_cache: bool = True) -> Answer[list[Row]]:
        """Return the rows of one table in their order. Raises UnknownTable."""
        ...

    def follow(self) -> AsyncGenerator[Answer[Version], None]:
        """Yield which release there is, and again whenever there is another, without end.

        While it is read, the other methods need not ask. Leave it with contextlib.aclosing.
        """
        ...


class ReleaseProvider(ABC):
    """Answers every question from one whole release, so that no two answers mix two versions."""

    @abstractmethod
    async def current(self, *, allow_stale_cache: bool) -> Answer[Release]:
        """Return the release to answer from."""

    @abstractmethod
    def follow(self) -> AsyncGenerator[Answer[Version], None]:
        """Yield which release there is, and each that comes after it."""

    async def get_bootstrap(self, *, allow_stale_cache: bool = True) -> Answer[Bootstrap]:
        """Return every table."""
        answer = await self.current(allow_stale_cache=allow_stale_cache)
        return answer.carrying(bootstrap_of(answer.value))

    async def get_version(self, *, allow_stale_cache: bool = True) -> Answer[Version]:
        """Return which release it is, and what its tables are."""
        answer = await self.current(allow_stale_cache=allow_stale_cache)
        return answer.carrying(version_of(answer.value))

    async def get_table(self, name: str, *, allow_stale_cache: bool = True) -> Answer[list[Row]]:
        """Return the rows of one table in their order. Raises UnknownTable."""
        answer = await self.current(allow_stale_cache=allow_stale_cache)
        if name not in answer.value.tables:
            raise UnknownTable(name, answer.value.tables)
        return answer.carrying(answer.value.rows(name))
