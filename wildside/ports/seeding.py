"""What a seed asks of the database, all within one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wildside.domain.reference import Key, Row, Tables
from wildside.domain.seeding import SeedRun


@dataclass(frozen=True, slots=True)
class Violation:
    """A source row (from 1; 0 is all of them) with a value that does not fit, or that breaks a check."""

    row: int
    columns: Sequence[str]
    constraint: str | None
    """The check; None where a value does not fit its column."""
    message: str


class SeedStore(Protocol):
    """Reads and writes any reference table, by the catalogue's word for it."""

    async def begin(self, actor: str, reason: str, wait: float) -> None:
        """Take the seed's lock within `wait` seconds, or raise SeedLocked naming its holder."""
        ...

    async def last_run(self) -> SeedRun | None:
        """Return the last seed that committed."""
        ...

    async def record(self, run: SeedRun) -> None:
        """Keep a run."""
        ...

    async def version(self) -> int:
        """Return the number of the newest version, 0 before the first."""
        ...

    async def tables(self) -> Tables:
        """Return the reference tables that the catalogue knows."""
        ...

    async def rows(self, table: str, *, adopted_only: bool = False) -> list[Row]:
        """Return all rows as images, inactive ones too; or only administrators' rows."""
        ...

    async def aliases(self, table: str) -> Mapping[Key, Key]:
        """Return the renamed keys of a table, old → new."""
        ...

    async def images(self, table: str, rows: Sequence[Row]) -> list[Row]:
        """Return source rows without violations as they would read back once stored."""
        ...

    async def violations(self, table: str, rows: Sequence[Row]) -> list[Violation]:
        """Return every value that does not fit its column, or, where all fit, every check that is broken."""
        ...

    async def rename(self, table: str, old: Key, new: Key) -> None:
        """Give a row a new key; children and user data follow."""
        ...

    async def note_alias(self, table: str, old: Key, new: Key) -> None:
        """Remember that an old key, not in use here, means a new one."""
        ...

    async def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert new rows and update seed rows that differ, in one statement."""
        ...

    async def deprecate(self, table: str, keys: Sequence[Key]) -> None:
        """Make seed rows inactive, in one statement."""
        ...

    async def settle(self) -> None:
        """Check everything that is otherwise checked at commit. Raises ConstraintViolated."""
        ...
