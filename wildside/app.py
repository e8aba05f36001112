"""The composition root: settings in, an application out. Nothing happens at import."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TypeGuard

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

from wildside.client import PACKAGED_SNAPSHOT
from wildside.client_app import ClientApp
from wildside.config import DatabaseUrl, demo_routes, docs_folder, migrations_folder, sql_folder
from wildside.domain.audit import Wiring
from wildside.domain.errors import WildsideError
from wildside.domain.example_routes import ExampleCity
from wildside.domain.migration_status import MigrationStatus
from wildside.domain.source import Source
from wildside.inbound.console.frame import Frame
from wildside.inbound.console.urls import CONSOLE
from wildside.inbound.http.contract.openapi import rendered
from wildside.inbound.http.cookies import CookieRules, Cookies
from wildside.inbound.http.cross_site import CrossSite
from wildside.inbound.http.deadlines import Deadline
from wildside.inbound.http.docs.page import Site
from wildside.inbound.http.docs.site import site
from wildside.inbound.http.gauges import Gauges
from wildside.inbound.http.housekeeping import housekeeping
from wildside.inbound.http.limits import BodyLimit
from wildside.inbound.http.listening import listening
from wildside.inbound.http.metrics import Metrics
from wildside.inbound.http.problems import EXCEPTION_HANDLERS, problem
from wildside.inbound.http.readiness import Readiness
from wildside.inbound.http.scrapes import metrics_app
from wildside.inbound.http.server import beside, run, serving
from wildside.inbound.http.state import State
from wildside.inbound.http.tracing import Tracing
from wildside.inbound.http.urls import OPERATIONS, ROUTES
from wildside.inbound.http.watching import Watching
from wildside.inbound.logs import configure_logs
from wildside.outbound.example_city import read_example_city
from wildside.outbound.files import read_source
from wildside.outbound.key_files import KeyFiles
from wildside.outbound.migration_files import read_migrations
from wildside.outbound.osm_files import OsmFile, open_extract
from wildside.outbound.papers import PaperFiles
from wildside.outbound.passwords import Argon2Passwords
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.listener import Listener
from wildside.outbound.postgres.migration_status import read_status
from wildside.outbound.postgres.migrations import apply_migrations, migration_ids
from wildside.outbound.postgres.pool import Limits, PostgresDatabase, PostgresStores
from wildside.outbound.postgres.repeatables import apply_repeatables
from wildside.outbound.reference_server import HttpReferenceServer
from wildside.ports.parity import ReferenceApp, ReferenceServer
from wildside.settings import Settings, Timeouts
from wildside.toolkit import DATABASE_TOOLS
from wildside.usecases.current_descriptors import CurrentDescriptors
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases

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


EXPOSED = ("ETag", "Idempotency-Replayed", "Link", "Repr-Digest", "Retry-After", "Trace-Id")
"""Headers that a page of another origin may read besides those that all may."""
_UNSAFE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_UNSAFE_HEADERS = ("Content-Type", "Idempotency-Key", "If-Match")


def create_app(
    settings: Settings, draining: asyncio.Event | None = None, metrics: Metrics | None = None
) -> ASGIApp:
    """Build the API. It starts while the database is down, and says so under /health/ready.

    Whoever sets `draining` wants long answers to come to their end. It counts in `metrics`, or in its own.
    """
    metrics = metrics or Metrics()
    api = Frame(_api(settings, draining or asyncio.Event(), metrics))
    return Tracing(api, crashed=lambda scope: problem(scope, 500), watcher=Watching(metrics))


@asynccontextmanager
async def _parts(settings: Settings, stop: asyncio.Event, metrics: Metrics) -> AsyncIterator[State]:
    """Make the application's parts at start, and close them at the end."""
    url = settings.database.asyncpg
    rules = CookieRules(settings.session_same_site, settings.session_cookie_secure)
    async with (
        PostgresDatabase(url, _limits(settings.timeouts), "wildside serve", metrics.waited) as database,
        Listener(url) as news,
        housekeeping(database),
        listening(news),
        Argon2Passwords() as passwords,
    ):
        current = CurrentRelease(database, news)
        metrics.watch(Gauges(database, database, news))
        waking = asyncio.create_task(_wake_at_the_end(stop, news))
        yield {
            "current_release": current,
            "past_releases": PastReleases(database, current),
            "current_descriptors": CurrentDescriptors(),
            "news": news,
            "draining": stop,
            "readiness": Readiness(database, news, migration_ids(migrations_folder())),
            "database": database,
            "cookies": Cookies(settings.session_keys, rules),
            "docs": _docs(settings.body_limit, rules.name),
            "passwords": passwords,
            "proxy_hops": settings.proxy_hops,
            "body_deadline": settings.timeouts.body,
            "telemetry": metrics,
            "history": database,
            "read_status": lambda: asyncio.to_thread(_status, settings.database),
            "papers": PaperFiles(docs_folder(), sql_folder() / "areas.toml"),
        }
        waking.cancel()


@cache
def _docs(body_limit: int, cookie: str) -> Site:
    """Make the pages about the API once, for they hold nothing else of the settings."""
    return site(rendered(OPERATIONS, body_limit, cookie))


def _status(url: DatabaseUrl) -> MigrationStatus:
    return read_status(url, read_migrations(migrations_folder()))


def _api(settings: Settings, stop: asyncio.Event, metrics: Metrics) -> Starlette:
    starlette = Starlette(
        routes=[*ROUTES, *CONSOLE],
        middleware=[
            *_cross_origin(settings),
            Middleware(CrossSite, origins=settings.cors_origins),
            Middleware(Deadline, seconds=settings.timeouts.request),
            Middleware(BodyLimit, limit=settings.body_limit),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=lambda _app: _parts(settings, stop, metrics),
    )
    starlette.router.redirect_slashes = False
    return starlette


def _limits(timeouts: Timeouts) -> Limits:
    return Limits(
        acquire=timeouts.acquire,
        lock=timeouts.lock,
        statement=timeouts.statement,
        command=timeouts.command,
    )


async def _wiring(settings: Settings) -> Wiring:
    """Start the API as it is, without a server, and look at what it is made of."""
    api = _api(settings, asyncio.Event(), Metrics())
    async with api.router.lifespan_context(api) as state:
        handled = [error.code for error in api.exception_handlers if _is_ours(error)]
        return Wiring(
            [(one.path, tuple(sorted(one.methods or ()))) for one in api.routes if isinstance(one, Route)],
            sorted(field.name for field in fields(PostgresStores)),
            sorted(state or ()),
            sorted(handled),
        )


def _is_ours(error: object) -> TypeGuard[type[WildsideError]]:
    return isinstance(error, type) and issubclass(error, WildsideError)


async def _wake_at_the_end(stop: asyncio.Event, news: Listener) -> None:
    """Have who waits for news hear of the end too: so each waits for one thing, of one task."""
    await stop.wait()
    news.wake()


def _cross_origin(settings: Settings) -> list[Middleware]:
    """Let pages of these origins read answers; where they are named, also change something, as somebody."""
    if not settings.cors_origins:
        return []
    named = "*" not in settings.cors_origins
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "HEAD", *(_UNSAFE_METHODS if named else ())],
            allow_headers=[
                "If-None-Match",
                "Last-Event-ID",
                "traceparent",
                *(_UNSAFE_HEADERS if named else ()),
            ],
            allow_credentials=named,
            expose_headers=EXPOSED,
        )
    ]


class Tools:
    """The outside, for the commands."""

    database = DATABASE_TOOLS
    key_files = KeyFiles()

    def read_source(self, folder: Path | None) -> Source:
        """Read reference files: of a folder, or those that come with the program."""
        return read_source(folder or sql_folder() / "reference")

    def open_database(self, url: DatabaseUrl, application: str) -> PostgresDatabase:
        """Open a database for one operator's work, with patience that requests do not get."""
        return PostgresDatabase(url.asyncpg, OPERATOR_LIMITS, application)

    def passwords(self) -> Argon2Passwords:
        """Hash passwords while the context lasts."""
        return Argon2Passwords()

    def open_extract(self, path: Path) -> OsmFile:
        """Open a file of OpenStreetMap. Raises ToolMissing without the extra `osm`."""
        return open_extract(path)

    def read_example_city(self) -> ExampleCity:
        """Read the demo city's routes, which come with the program."""
        return read_example_city(demo_routes())

    def migrate(self, url: DatabaseUrl, progress: Callable[[str], None]) -> int:
        """Apply pending migrations and return how many there were; then run what is repeatable."""
        applied = apply_migrations(url, migrations_folder(), progress)
        apply_repeatables(url, sql_folder() / "repeatable", progress)
        return applied

    def wiring(self, url: DatabaseUrl) -> Wiring:
        """Start the API over a database, and return what it is made of."""
        return asyncio.run(_wiring(Settings(url)))

    @contextmanager
    def embedded_server(self, data_dir: Path, pg_bin: Path | None, *, durable: bool) -> Iterator[str]:
        """Run a PostgreSQL of our own; the context is its URL."""
        with EmbeddedServer(data_dir, find_binaries(pg_bin), durable=durable) as server:
            yield server.url

    def serve(
        self,
        settings: Settings,
        listener: socket.socket,
        answering: Callable[[str], None],
        told: Callable[[], bool] = lambda: False,
        watched: socket.socket | None = None,
    ) -> None:
        """Serve the API until SIGINT or SIGTERM, or not at all if `told` to stop before it began.

        The metrics are to be had at `watched`, until the last request was answered.
        """
        configure_logs()

        async def serve() -> None:
            stop, metrics = asyncio.Event(), Metrics()
            app = create_app(settings, stop, metrics)
            async with beside(metrics_app(metrics), watched) if watched else nullcontext():
                await run(app, listener, answering, told, stop, settings.timeouts.drain)

        asyncio.run(serve())

    @asynccontextmanager
    async def served(self, settings: Settings, listener: socket.socket) -> AsyncIterator[str]:
        """Serve the API while the context lasts; it is the URL. Only warnings are logged: a command asks."""
        configure_logs(logging.WARNING)
        stop = asyncio.Event()
        async with serving(create_app(settings, stop), listener, stop) as url:
            yield url

    def reference_server(self, url: str) -> ReferenceServer:
        """Ask a running Wildside."""
        return HttpReferenceServer(url)

    def reference_app(self, url: str, folder: Path, snapshot: Path | None) -> ReferenceApp:
        """Read as an app does that keeps its cache in a folder. Raises SettingsInvalid for a wrong URL."""
        return ClientApp(url, folder, snapshot or PACKAGED_SNAPSHOT)
