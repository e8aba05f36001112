"""The composition root: settings in, an application out. Nothing happens at import."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TypeGuard

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

from wildside.config import DatabaseUrl, docs_folder, migrations_folder, sql_folder
from wildside.domain.audit import Wiring
from wildside.domain.errors import WildsideError
from wildside.domain.migration_status import MigrationStatus
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
from wildside.inbound.http.leaving import Leaving
from wildside.inbound.http.limits import BodyLimit
from wildside.inbound.http.listening import listening
from wildside.inbound.http.metrics import Metrics
from wildside.inbound.http.problems import EXCEPTION_HANDLERS, problem
from wildside.inbound.http.readiness import Readiness
from wildside.inbound.http.recall import Recall
from wildside.inbound.http.state import State
from wildside.inbound.http.tracing import Tracing
from wildside.inbound.http.urls import OPERATIONS, ROUTES
from wildside.inbound.http.watching import Watching
from wildside.outbound.migration_files import read_migrations
from wildside.outbound.papers import PaperFiles
from wildside.outbound.passwords import Argon2Passwords
from wildside.outbound.postgres.listener import Listener
from wildside.outbound.postgres.migration_status import read_status
from wildside.outbound.postgres.migrations import migration_ids
from wildside.outbound.postgres.pool import Limits, PostgresDatabase, PostgresStores
from wildside.settings import Settings, Timeouts
from wildside.usecases.current_descriptors import CurrentDescriptors
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases

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
    draining = draining or asyncio.Event()
    api = Leaving(Frame(Recall(_api(settings, draining, metrics))), draining)
    return Tracing(api, crashed=lambda scope: problem(scope, 500), watcher=Watching(metrics))


@asynccontextmanager
async def _parts(settings: Settings, stop: asyncio.Event, metrics: Metrics) -> AsyncIterator[State]:
    """Make the application's parts at start, and close them at the end."""
    direct, pooled = settings.direct or settings.database, settings.direct is not None
    limits = _limits(settings.timeouts)
    rules = CookieRules(settings.session_same_site, settings.session_cookie_secure)
    async with (
        PostgresDatabase(
            settings.database.asyncpg, limits, "wildside serve", metrics.waited, pooled=pooled
        ) as database,
        Listener(direct.asyncpg) as news,
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
            "docs": lambda: _docs(settings.body_limit, rules.name),
            "passwords": passwords,
            "proxy_hops": settings.proxy_hops,
            "body_deadline": settings.timeouts.body,
            "telemetry": metrics,
            "history": database,
            "read_status": lambda: asyncio.to_thread(_status, direct),
            "papers": PaperFiles(docs_folder(), sql_folder() / "areas.toml"),
        }
        waking.cancel()


@cache
def _docs(body_limit: int, cookie: str) -> Site:
    """Make the pages about the API once, when first asked for: they hold nothing else of the settings."""
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


async def wiring(settings: Settings) -> Wiring:
    """Start the API as it is, without a server, and look at what it is made of."""
    api = _api(settings, asyncio.Event(), Metrics())
    async with api.router.lifespan_context(api) as state:
        handled = [error.code for error in api.exception_handlers if _is_ours(error)]
        return Wiring(
            [(one.path, tuple(sorted(one.methods or ()))) for one in api.routes if isinstance(one, Route)],
            sorted(name for name in vars(PostgresStores) if not name.startswith("_")),
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
