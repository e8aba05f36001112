"""What would run: each pending file, each statement of it, and what that does to whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from wildside.domain.statement_locks import EFFECTS, STOPS, Work


@dataclass(frozen=True, slots=True)
class Claim:
    """What a statement does to one table: a kind of `EFFECTS` and the table's name."""

    kind: str
    table: str


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A statement as the parser sees it. `opaque`: it runs code whose locks nobody can read off."""

    line: int
    head: str
    claims: Sequence[Claim]
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class TableSize:
    """How large a table is now; rows are PostgreSQL's estimate, None where it has none yet."""

    rows: int | None
    bytes: int


@dataclass(frozen=True, slots=True)
class PlannedLock:
    """A lock on a table that is there already."""

    table: str
    kind: str
    mode: str
    work: Work
    size: TableSize

    @property
    def stops(self) -> str | None:
        """What waits meanwhile."""
        return STOPS.get(self.mode)


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """A statement and the locks that it takes on tables that are there before its migration."""

    line: int
    head: str
    locks: Sequence[PlannedLock]
    opaque: bool


@dataclass(frozen=True, slots=True)
class TriedMigration:
    """What a migration really did on a copy of the schema: locks are (table, mode)."""

    seconds: float
    locks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PlannedMigration:
    """A pending migration. `no_way_back` says why it cannot be taken back."""

    id: str
    transactional: bool
    no_way_back: str | None
    statements: Sequence[PlannedStatement]
    tried: TriedMigration | None = None


def planned(statement: ReadStatement, sizes: dict[str, TableSize]) -> PlannedStatement:
    """Say what a statement does to the tables that are there; `sizes` has only those."""
    locks = [
        PlannedLock(
            each.table, each.kind, EFFECTS[each.kind].mode, EFFECTS[each.kind].work, sizes[each.table]
        )
        for each in dict.fromkeys(statement.claims)
        if each.table in sizes
    ]
    return PlannedStatement(statement.line, statement.head, locks, statement.opaque)
