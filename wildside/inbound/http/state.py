"""What the lifespan gives every request."""

import asyncio
from collections.abc import Callable
from typing import TypedDict

from starlette.requests import Request

from wildside.inbound.http.cookies import Cookies
from wildside.inbound.http.docs.page import Site
from wildside.inbound.http.readiness import Readiness
from wildside.ports.database import Database
from wildside.ports.history import HistoryDatabase
from wildside.ports.migrations import ReadStatus
from wildside.ports.news import News
from wildside.ports.papers import Papers
from wildside.ports.passwords import Passwords
from wildside.ports.telemetry import Telemetry
from wildside.usecases.current_descriptors import CurrentDescriptors
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases


class State(TypedDict):
    """The application's parts, made at start and closed at the end."""

    current_release: CurrentRelease
    past_releases: PastReleases
    current_descriptors: CurrentDescriptors
    news: News
    draining: asyncio.Event
    readiness: Readiness
    database: Database
    cookies: Cookies
    docs: Callable[[], Site]
    passwords: Passwords
    proxy_hops: int
    body_deadline: float
    telemetry: Telemetry
    history: HistoryDatabase
    read_status: ReadStatus
    papers: Papers


ApiRequest = Request[State]
