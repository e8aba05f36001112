"""The door to PostgreSQL: a pool of connections, and the stores of one connection."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, TypeVar

import asyncpg
import msgspec

from wildside.domain.errors import ConnectionLost, OutcomeUnknown, Unavailable
from wildside.outbound.postgres.bundles import PostgresBundles
from wildside.outbound.postgres.calls import PostgresCalls
from wildside.outbound.postgres.credentials import PostgresCredentials
from wildside.outbound.postgres.editing import PostgresEditing
from wildside.outbound.postgres.errors import FAILURES, translate
from wildside.outbound.postgres.example_data import PostgresExampleData
from wildside.outbound.postgres.figures import PostgresFigures
from wildside.outbound.postgres.health import PostgresHealth
from wildside.outbound.postgres.history import PostgresHistory
from wildside.outbound.postgres.hosts import connect
from wildside.outbound.postgres.housekeeping import PostgresHousekeeping
from wildside.outbound.postgres.ingestion import PostgresIngestion
from wildside.outbound.postgres.limited import Limited
from wildside.outbound.postgres.notes import PostgresNotes
from wildside.outbound.postgres.pois import PostgresPois
from wildside.outbound.postgres.preferences import PostgresPreferences
from wildside.outbound.postgres.progress import PostgresProgress
from wildside.outbound.postgres.reference import PostgresReference
from wildside.outbound.postgres.route_catalogue import PostgresRouteCatalogue
from wildside.outbound.postgres.routes import PostgresRoutes
from wildside.outbound.postgres.seeding import PostgresSeeding
from wildside.outbound.postgres.session import Session
from wildside.outbound.postgres.sessions import PostgresSessions
from wildside.outbound.postgres.throttle import PostgresThrottle
from wildside.outbound.postgres.users import PostgresUsers
from wildside.outbound.postgres.walks import PostgresWalks
from wildside.ports.telemetry import PoolUsage

_STATEMENTS = 100
"""How many a connection keeps prepared, as asyncpg would have it."""

Store = TypeVar("Store")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds, how many connections there may be, and how they plan.

    `plan_once`: a statement is planned for all parameters, not anew for those of each call. Planning costs
    as much as most of what the API asks; an operator's few statements are worth a plan each.
    """

    connections: int = 8
    acquire: float = 0.5
    connect: float = 2.0
    lock: float = 0.8
    statement: float = 1.2
    command: float = 1.5
    idle_in_transaction: float = 10.0
    plan_once: bool = True


OPERATOR_LIMITS = Limits(
    connections=1,
    acquire=10,
    connect=5,
    lock=10,
    statement=60,
    command=65,
    idle_in_transaction=60,
    plan_once=False,
)
"""Patience of commands, which one operator waits for."""


class _Made(Generic[Store]):
    """A store that is made when it is first asked for: of two dozen a request wants one or two."""

    def __init__(self, kind: Callable[[Session], Store]) -> None:
        self._kind = kind

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, stores: "PostgresStores", _owner: type) -> Store:
        made = stores.__dict__[self._name] = self._kind(stores.session)
        return made


class PostgresStores:
    """The stores over one connection."""

    def __init__(self, session: Session) -> None:
        self.session = session

    reference = _Made(PostgresReference)
    seeding = _Made(PostgresSeeding)
    editing = _Made(PostgresEditing)
    history = _Made(PostgresHistory)
    health = _Made(PostgresHealth)
    figures = _Made(PostgresFigures)
    users = _Made(PostgresUsers)
    credentials = _Made(PostgresCredentials)
    throttle = _Made(PostgresThrottle)
    sessions = _Made(PostgresSessions)
    preferences = _Made(PostgresPreferences)
    calls = _Made(PostgresCalls)
    housekeeping = _Made(PostgresHousekeeping)
    example_data = _Made(PostgresExampleData)
    pois = _Made(PostgresPois)
    routes = _Made(PostgresRoutes)
    route_catalogue = _Made(PostgresRouteCatalogue)
    notes = _Made(PostgresNotes)
    progress = _Made(PostgresProgress)
    bundles = _Made(PostgresBundles)
    walks = _Made(PostgresWalks)
    ingestion = _Made(PostgresIngestion)


class PostgresDatabase:
    """A pool that connects when first asked, so that it can be made while the server is down.

    `waited` is told how many seconds each wait for a connection took, and whether there was one.
    `pooled`: it leads to a pooler, which lends a session for a transaction and forgets what was said at
    the connect. Then each transaction brings its limits along, and no statement is kept for the next.
    """

    def __init__(
        self,
        url: str,
        limits: Limits,
        application: str,
        waited: Callable[[float, bool], None] = lambda _seconds, _found: None,
        *,
        pooled: bool = False,
    ) -> None:
        self._limits, self._waited = limits, waited
        named, settings = {"application_name": application}, _server_settings(limits)
        self._carried = settings if pooled else None
        self._trusted: set[int] = set()  # connections, by the process that serves each
        self._pool: asyncpg.Pool[asyncpg.Record] = asyncpg.create_pool(
            url,
            min_size=0,
            max_size=limits.connections,
            connect=connect,
            # No longer than who asks for it waits: of several hosts the last must still have its turn.
            timeout=min(limits.connect, limits.acquire),
            command_timeout=limits.command,
            init=self._opened,
            reset=_keep,
            server_settings=named if pooled else named | settings,
            statement_cache_size=0 if pooled else _STATEMENTS,
        )

    async def __aenter__(self) -> "PostgresDatabase":
        await self._pool
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pool.terminate()

    def usage(self) -> PoolUsage:
        """Return how many connections there are at this moment."""
        idle = self._pool.get_idle_size()
        return PoolUsage(self._pool.get_size() - idle, idle, self._pool.get_max_size())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[PostgresStores]:
        """Open no transaction: each statement has a snapshot of its own.

        Behind a pooler it takes one all the same, for its limits; the snapshots are as many.
        """
        async with self._connection() as connection:
            if self._carried is None:
                yield PostgresStores(Session(connection))
                return
            transaction = Limited(connection, self._carried)
            with _translated():
                await transaction.start()
            try:
                yield PostgresStores(Session(connection))
            finally:
                # What was read was read; a connection that died meanwhile the pool drops.
                with suppress(*FAILURES):
                    await transaction.rollback()

    @asynccontextmanager
    async def transaction(self, *, keep: bool = True) -> AsyncIterator[PostgresStores]:
        """Commit at the end, or roll back on any exception and where `keep` is false."""
        async with self._connection() as connection:
            transaction = self._transaction(connection)
            with _translated():
                await transaction.start()
            try:
                yield PostgresStores(Session(connection))
            except BaseException as error:
                # A connection that died takes its transaction along; what killed it is what to report.
                with suppress(*FAILURES):
                    await transaction.rollback()
                if keep and isinstance(error, ConnectionLost):
                    raise OutcomeUnknown(str(error)) from error.__cause__
                raise
            try:
                with _translated():
                    await (transaction.commit() if keep else transaction.rollback())
            except ConnectionLost as error:
                raise OutcomeUnknown(str(error)) from error.__cause__

    def _transaction(self, connection: Any) -> Any:
        return connection.transaction() if self._carried is None else Limited(connection, self._carried)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """Lend a connection. If it is lost, none that was opened before it is trusted any more.

        What swallows its bytes most likely swallows theirs, and each would cost a request its patience.
        So who tries again does it on a fresh one.
        """
        connection = await self._lent()
        try:
            yield connection
        except (ConnectionLost, OutcomeUnknown):
            with suppress(*FAILURES):  # the pool may have noticed, and taken it back
                connection.terminate()
            self._trusted.clear()
            raise
        finally:
            await self._release(connection)

    async def _opened(self, connection: Any) -> None:
        await _prepare(connection)
        process = connection.get_server_pid()
        self._trusted.add(process)
        connection.add_termination_listener(lambda _connection: self._trusted.discard(process))

    async def _lent(self) -> Any:
        began, found = perf_counter(), False
        try:
            connection = await self._acquire()
            found = True
            return connection
        finally:
            self._waited(perf_counter() - began, found)

    async def _acquire(self) -> Any:
        """Take a connection. Whatever stops us from connecting, the database is not to be had."""
        try:
            connection = await self._pool.acquire(timeout=self._limits.acquire)
            while connection.get_server_pid() not in self._trusted:
                connection.terminate()  # which makes room for a new one
                connection = await self._pool.acquire(timeout=self._limits.acquire)
            return connection
        except FAILURES as error:
            raise Unavailable(str(error) or "no connection in time") from error

    async def _release(self, connection: Any) -> None:
        # A connection that died meanwhile is dropped by the pool; the work was done or has failed already.
        with suppress(*FAILURES):
            await self._pool.release(connection)


async def _keep(_connection: Any) -> None:
    """Reset nothing: our statements leave no state in a session, and the reset would cost a round trip."""


async def _prepare(connection: Any) -> None:
    def encode(value: Any) -> str:
        return msgspec.json.encode(value).decode()

    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=encode, decoder=msgspec.json.decode
        )


def _server_settings(limits: Limits) -> dict[str, str]:
    def milliseconds(seconds: float) -> str:
        return str(round(seconds * 1000))

    return {
        "lock_timeout": milliseconds(limits.lock),
        "statement_timeout": milliseconds(limits.statement),
        "idle_in_transaction_session_timeout": milliseconds(limits.idle_in_transaction),
        # A backend notices within a second that its client has gone, even in the middle of a query.
        "client_connection_check_interval": "1s",
        # To compile a statement takes half a second, to run any of ours some milliseconds.
        "jit": "off",
        "plan_cache_mode": "force_generic_plan" if limits.plan_once else "auto",
        "timezone": "UTC",
    }


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise translate(error) from error
