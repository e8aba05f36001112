"""What is looked up when somebody asks for the metrics: of the database, and of our connections to it."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from time import monotonic, time

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from wildside.domain.errors import StoreError, WildsideError
from wildside.domain.figures import Figures
from wildside.ports.database import Database
from wildside.ports.news import News
from wildside.ports.telemetry import Pool

EVERY = 10.0
"""Seconds for which figures of the database are good, however many ask."""
PATIENCE = 3.0
"""Seconds that a look may take; whoever collects metrics waits some ten."""

log = structlog.get_logger()


class Gauges(Collector):
    """Knows the figures of the last look that succeeded, and whether the last look did."""

    def __init__(self, database: Database, pool: Pool, news: News, every: float = EVERY) -> None:
        self._database, self._pool, self._news, self._every = database, pool, news, every
        self._figures: Figures | None = None
        self._looked = 0.0
        self._up: bool | None = None
        self._until = 0.0
        self._looking = asyncio.Lock()

    async def look(self) -> None:
        """Ask the database, unless that was done just now; returns within PATIENCE, also when it is down."""
        async with self._looking:
            if monotonic() >= self._until:
                self._note(await self._asked())
                self._until = monotonic() + self._every

    async def _asked(self) -> Exception | None:
        try:
            async with asyncio.timeout(PATIENCE), self._database.reading() as stores:
                self._figures = await stores.figures.figures()
        except (StoreError, TimeoutError) as error:
            return error
        self._looked = time()
        return None

    def _note(self, error: Exception | None) -> None:
        """Remember how it went; tell the log once what went wrong, not every ten seconds."""
        if error and self._up is not False:
            code = error.code if isinstance(error, WildsideError) else "timed_out"
            log.warning("metrics lack the database", code=code, error=str(error))
        self._up = error is None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what is known; what never was has no value."""
        usage = self._pool.usage()
        connections = GaugeMetricFamily(
            "wildside_database_connections", "Connections to the database.", labels=["state"]
        )
        connections.add_metric(["used"], usage.used)
        connections.add_metric(["idle"], usage.idle)
        yield connections
        yield _gauge("database_connections_limit", "How many connections there may be.", usage.most)
        yield _gauge("database_listening", "Whether news of versions are heard.", self._news.mark is not None)
        if self._up is not None:
            yield _gauge("database_up", "Whether the last look at the database succeeded.", self._up)
        if self._figures is not None:
            yield from _told(self._figures, self._looked)


def _told(figures: Figures, looked: float) -> Iterator[GaugeMetricFamily]:
    yield _gauge("database_looked_timestamp_seconds", "When these figures were looked up.", looked)
    yield _gauge("reference_version", "The newest version.", figures.version)
    yield _moment("reference_released_timestamp_seconds", "When it was made.", figures.released_at)
    yield _gauge("reference_seed_runs", "Seeds that committed.", figures.seed_runs)
    if figures.seeded_at is not None:
        yield _moment("reference_seeded_timestamp_seconds", "When the last one ended.", figures.seeded_at)
    yield _gauge("sessions", "Sessions that hold.", figures.sessions)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"wildside_{name}", about, float(value))


def _moment(name: str, about: str, moment: datetime) -> GaugeMetricFamily:
    return _gauge(name, about, moment.timestamp())
