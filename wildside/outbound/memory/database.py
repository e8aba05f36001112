"""The door to a database that is a few dicts."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from wildside.domain.reference import Row, Table
from wildside.outbound.memory.books import Books, Rule, Session, Shelf
from wildside.outbound.memory.bundles import MemoryBundles
from wildside.outbound.memory.calls import MemoryCalls
from wildside.outbound.memory.credentials import MemoryCredentials
from wildside.outbound.memory.editing import MemoryEditing
from wildside.outbound.memory.example_data import MemoryExampleData
from wildside.outbound.memory.figures import MemoryFigures
from wildside.outbound.memory.health import MemoryHealth
from wildside.outbound.memory.housekeeping import MemoryHousekeeping
from wildside.outbound.memory.ingestion import MemoryIngestion
from wildside.outbound.memory.notes import MemoryNotes
from wildside.outbound.memory.pois import MemoryPois
from wildside.outbound.memory.preferences import MemoryPreferences
from wildside.outbound.memory.progress import MemoryProgress
from wildside.outbound.memory.reference import MemoryReference
from wildside.outbound.memory.route_catalogue import MemoryRouteCatalogue
from wildside.outbound.memory.routes import MemoryRoutes
from wildside.outbound.memory.seeding import MemorySeeding
from wildside.outbound.memory.sessions import MemorySessions
from wildside.outbound.memory.throttle import MemoryThrottle
from wildside.outbound.memory.users import MemoryUsers
from wildside.outbound.memory.walks import MemoryWalks


@dataclass(frozen=True, slots=True)
class MemoryStores:
    """The stores over one session."""

    reference: MemoryReference
    seeding: MemorySeeding
    editing: MemoryEditing
    health: MemoryHealth
    figures: MemoryFigures
    users: MemoryUsers
    credentials: MemoryCredentials
    throttle: MemoryThrottle
    sessions: MemorySessions
    preferences: MemoryPreferences
    calls: MemoryCalls
    housekeeping: MemoryHousekeeping
    example_data: MemoryExampleData
    pois: MemoryPois
    routes: MemoryRoutes
    route_catalogue: MemoryRouteCatalogue
    notes: MemoryNotes
    progress: MemoryProgress
    bundles: MemoryBundles
    walks: MemoryWalks
    ingestion: MemoryIngestion


class MemoryDatabase:
    """Keeps rows as long as it lives. One transaction writes at a time, on a copy of everything."""

    def __init__(
        self,
        tables: Collection[Table],
        now: Callable[[], datetime],
        epoch: str = "memory",
        rules: Sequence[Rule] = (),
        migrations: Collection[str] = (),
    ) -> None:
        names, start = [table.name for table in tables], now()
        books = Books(
            rows={name: {} for name in names},
            aliases={name: {} for name in names},
            changed=dict.fromkeys(names, (0, start)),
            created_at=start,
        )
        by_name = {table.name: table for table in tables}
        self._shelf = Shelf(by_name, rules, frozenset(migrations), epoch, now, books)

    def reading(self) -> AbstractAsyncContextManager[MemoryStores]:
        """Let every call see what is committed by then; writes are forgotten."""
        return self.transaction(keep=False)

    async def edit(self, table: str, row: Row) -> None:
        """Write a whole row past the seed, as an administrator's program would."""
        session = Session(self._shelf)
        await session.claim()
        session.put(self._shelf.tables[table], row)
        session.end(keep=True)

    @asynccontextmanager
    async def transaction(self, *, keep: bool = True) -> AsyncIterator[MemoryStores]:
        """Commit at the end, or roll back on any exception and where `keep` is false."""
        session = Session(self._shelf)
        try:
            yield MemoryStores(
                MemoryReference(session),
                MemorySeeding(session),
                MemoryEditing(session),
                MemoryHealth(session),
                MemoryFigures(session),
                MemoryUsers(session),
                MemoryCredentials(session),
                MemoryThrottle(session),
                MemorySessions(session),
                MemoryPreferences(session),
                MemoryCalls(session),
                MemoryHousekeeping(session),
                MemoryExampleData(session),
                MemoryPois(session),
                MemoryRoutes(session),
                MemoryRouteCatalogue(session),
                MemoryNotes(session),
                MemoryProgress(session),
                MemoryBundles(session),
                MemoryWalks(session),
                MemoryIngestion(session),
            )
            if keep and session.own:
                await MemorySeeding(session).settle()
                session.end(keep=True)
        finally:
            session.end(keep=False)
