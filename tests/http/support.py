"""What the HTTP tests share: an application in this process, and what every problem must be."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

import httpx2
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.builders import Mail
from tests.http.conformity import conforms
from wildside.app import create_app
from wildside.config import DatabaseUrl
from wildside.domain.release import Content, TableContent, Version
from wildside.inbound.http.cookies import CookieRules, Cookies
from wildside.inbound.http.docs.site import site
from wildside.inbound.http.metrics import Metrics
from wildside.inbound.http.readiness import Readiness
from wildside.inbound.http.state import State
from wildside.ports.database import Database
from wildside.ports.history import HistoryDatabase
from wildside.ports.migrations import ReadStatus
from wildside.ports.news import News
from wildside.ports.papers import Papers
from wildside.ports.passwords import Passwords
from wildside.settings import Settings, Timeouts
from wildside.usecases.current_descriptors import CurrentDescriptors
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases

NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
REFERENCE = "/api/v1/reference"
READS = [f"{REFERENCE}/version", f"{REFERENCE}/bootstrap", f"{REFERENCE}/tags"]
PAGES = site('{"openapi": "3.1.0"}')
ROUTES = ["/health", "/health/live", "/health/ready", "/docs", "/docs/openapi.json", "/docs/problems", *READS]
TAGS = [{"slug": "coffee", "sort_order": 10}, {"slug": "views", "sort_order": 20}]
REVISIONS = ("expectedRevision", "actualRevision")
MEMBERS = {"revision_mismatch": REVISIONS, "precondition_failed": REVISIONS}
"""What a kind of problem says besides what every problem does."""
PATIENT = Timeouts(lock=5.0, statement=6.0, command=7.0, acquire=5.0)
"""Of a test that is not about limits: on a busy machine many at once wait long for each other."""
TRACE_ID = re.compile(r"[0-9a-f]{32}")


class Stores:
    """One release, without a database; `error` is what every store raises instead."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    @property
    def reference(self) -> "Stores":
        return self

    @property
    def health(self) -> "Stores":
        return self

    @asynccontextmanager
    async def reading(self) -> AsyncIterator["Stores"]:
        yield self

    async def applied_migrations(self) -> frozenset[str]:
        return frozenset()

    async def version(self) -> Version:
        if self.error:
            raise self.error
        return Version("epoch", 7, MOMENT)

    async def content(self) -> Content:
        return Content(await self.version(), {"tags": TableContent(7, MOMENT, TAGS)})


def application(database_url: str = NOWHERE, metrics: Metrics | None = None, **settings: Any) -> ASGIApp:
    given = {"timeouts": PATIENT, **settings}
    return create_app(Settings(DatabaseUrl.parse(database_url), **given), metrics=metrics)


def with_state(app: ASGIApp, state: State) -> ASGIApp:
    async def stateful(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": dict(state)}, receive, send)

    return stateful


def over(stores: Stores, news: News | None = None) -> ASGIApp:
    """The application over these stores."""
    news = news or Mail()
    database = cast(Database, stores)
    current = CurrentRelease(database, news)
    state: State = {
        "current_release": current,
        "past_releases": PastReleases(database, current),
        "current_descriptors": CurrentDescriptors(),
        "news": news,
        "draining": asyncio.Event(),
        "readiness": Readiness(database, news, frozenset()),
        "database": database,
        "cookies": Cookies([b"k" * 64], CookieRules()),
        "docs": lambda: PAGES,
        "passwords": cast(Passwords, None),
        "proxy_hops": 0,
        "body_deadline": 10.0,
        "telemetry": Metrics(),
        "history": cast(HistoryDatabase, stores),
        "read_status": cast(ReadStatus, None),
        "papers": cast(Papers, None),
    }
    return with_state(application(), state)


@asynccontextmanager
async def started(app: ASGIApp) -> AsyncIterator[ASGIApp]:
    """Run an application's lifespan, as a server does."""
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    from_app: asyncio.Queue[Message] = asyncio.Queue()
    state: dict[str, Any] = {}
    scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    task = asyncio.ensure_future(app(scope, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    assert await from_app.get() == {"type": "lifespan.startup.complete"}
    yield with_state(app, cast(State, state))
    await to_app.put({"type": "lifespan.shutdown"})
    assert await from_app.get() == {"type": "lifespan.shutdown.complete"}
    await task


def client_of(app: ASGIApp) -> httpx2.AsyncClient:
    """A client of an application in this process; each answer must be one of the document's."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url="http://test",
        event_hooks={"response": [conforms]},
    )


@asynccontextmanager
async def client_over(
    database_url: str, metrics: Metrics | None = None, **settings: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application over a real database, both in this process."""
    async with started(application(database_url, metrics, **settings)) as app, client_of(app) as client:
        yield client


def assert_problem(response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Check everything that every problem must have, and return its members."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json", response.text
    assert response.headers["cache-control"] == "no-store"
    document: dict[str, Any] = response.json()
    assert document.keys() - {"errors"} == {
        "type", "title", "status", "detail", "instance", "code", "traceId", *MEMBERS.get(code, ()),
    }  # fmt: skip
    assert (document["status"], document["code"]) == (status, code), response.text
    assert document["type"] == f"/docs/problems/{code}"
    assert document["title"]
    assert document["detail"]
    assert document["instance"] == response.request.url.raw_path.decode().partition("?")[0]
    assert response.headers.get_list("trace-id") == [document["traceId"]]
    assert TRACE_ID.fullmatch(document["traceId"])
    return document


def assert_nothing_leaks(response: httpx2.Response, secrets: Sequence[str]) -> None:
    told = response.text + str(response.headers)
    assert not [secret for secret in (*secrets, "Traceback", ".py") if secret in told], told
