"""What operators ask of the past. Only a database that keeps a journal has one."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from wildside.domain.editing import Difference, Epoch, PastVersion
from wildside.domain.pages import Seek
from wildside.domain.seeding import PastSeed
from wildside.ports.database import Stores


class HistoryStore(Protocol):
    """Reads the journal, and brings what it reads back."""

    async def versions(self, limit: int, table: str | None = None) -> Sequence[PastVersion]:
        """Return the newest versions first; of one table, those that changed it."""
        ...

    async def page(self, seek: Seek) -> Sequence[PastVersion]:
        """Return versions of the list VERSIONS, the nearest to the cut first. Raises NotPermitted."""
        ...

    async def seeds(self, seek: Seek) -> Sequence[PastSeed]:
        """Return seeds of the list SEEDS, the nearest to the cut first. Raises NotPermitted."""
        ...

    async def has(self, version: int) -> bool:
        """Return whether there is a version of this number."""
        ...

    async def difference(self, a: int, b: int) -> Sequence[Difference]:
        """Return the rows that clients would see differently at two versions, net. Raises NotPermitted."""
        ...

    async def roll_back(self, version: int) -> None:
        """Write the content of an earlier version as a new one. Raises ConstraintViolated."""
        ...

    async def epochs(self) -> Sequence[Epoch]:
        """Return the lines of versions, the newest first."""
        ...

    async def begin_epoch(self) -> None:
        """Give the versions another name."""
        ...


class HistoryStores(Stores, Protocol):
    """The stores of one transaction of a database with a past."""

    @property
    def history(self) -> HistoryStore:
        """The past."""
        ...


class HistoryDatabase(Protocol):
    """A database with a past."""

    def reading(self) -> AbstractAsyncContextManager[HistoryStores]:
        """Open no transaction: each statement has a snapshot of its own."""
        ...

    def transaction(self, *, keep: bool = True) -> AbstractAsyncContextManager[HistoryStores]:
        """Commit at the end, or roll back on any exception and where `keep` is false."""
        ...
