"""What is counted of this process, in a registry of its own: two applications do not meet."""

from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from wildside import __version__
from wildside.inbound.http.gauges import Gauges
from wildside.ports.telemetry import Outcome, Walk

_AGES = {60: "1m", 600: "10m", 3600: "1h", 6 * 3600: "6h", 24 * 3600: "24h"}
"""Upper ends of the buckets of ages: seconds → as they are shown."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Stands for every path and every method that is none of ours, so that junk makes no series."""
_NONE = "none"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WAITS = (0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1)
_ROWS = (0, 1, 5, 10, 20, 50, 100)


class Metrics:
    """The counters of an application, and its `Telemetry`; see docs/observability/metrics.md."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # each counter would have a second series
        self.registry = registry = CollectorRegistry()
        self._gauges: Gauges | None = None
        ProcessCollector(registry=registry)
        Info("wildside_build", "The program.", registry=registry).info({"version": __version__})
        self.in_flight = Gauge(
            "wildside_http_requests_in_flight", "Requests being answered.", registry=registry
        )
        self.listeners = Gauge(
            "wildside_event_listeners", "Clients that listen to the stream of releases.", registry=registry
        )
        self._requests = Counter(
            "wildside_http_requests", "Requests.", ("method", "route", "status"), registry=registry
        )
        self._durations = Histogram(
            "wildside_http_request_duration_seconds",
            "From the request's head to the end of the answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=registry,
        )
        # As many as there are series; looking one up anew costs as much as counting.
        self._series = cache(self._series_of)
        self._add_usage(registry)

    def _series_of(self, method: str, route: str, status: int | None) -> tuple[Counter, Histogram]:
        outcome = _NONE if status is None else str(status)
        return self._requests.labels(method, route, outcome), self._durations.labels(method, route)

    def watch(self, gauges: Gauges) -> None:
        """Have the gauges looked up at each scrape from now on."""
        self._gauges = gauges
        self.registry.register(gauges)

    async def look(self) -> None:
        """Look up what is about to be told."""
        if self._gauges is not None:
            await self._gauges.look()

    def _add_usage(self, registry: CollectorRegistry) -> None:
        self._changes = Counter(
            "wildside_reference_changes", "Answers to what a client lacks.", ("mode",), registry=registry
        )
        for mode in ("none", "delta", "full"):
            self._changes.labels(mode)
        self._idempotency = Counter(
            "wildside_idempotency_calls",
            "Calls with an Idempotency-Key.",
            ("mutation", "outcome", "age"),
            registry=registry,
        )
        self._pages = Counter("wildside_pages", "Pages of lists.", ("list", "direction"), registry=registry)
        self._rows = Histogram(
            "wildside_page_rows", "Rows of a page.", ("list",), buckets=_ROWS, registry=registry
        )
        self._waits = Histogram(
            "wildside_database_connection_wait_seconds",
            "Waits for a connection to the database.",
            ("outcome",),
            buckets=_WAITS,
            registry=registry,
        )
        self._got, self._missed = (self._waits.labels(outcome) for outcome in ("lent", "refused"))

    def request(
        self, method: str, route: str | None, status: int | None, seconds: float, trace_id: str
    ) -> None:
        """Count a request that is over."""
        count, duration = self._series(method if method in _METHODS else OTHER, route or OTHER, status)
        count.inc()
        duration.observe(seconds, {"trace_id": trace_id})

    def page(self, scope: str, size: int, direction: Walk) -> None:
        """Count a page of a list."""
        self._pages.labels(scope, direction).inc()
        self._rows.labels(scope).observe(size)

    def idempotency(self, mutation: str, outcome: Outcome, age: float | None) -> None:
        """Count a call with an Idempotency-Key, by the bucket of its age."""
        bucket = _NONE if age is None else next((name for end, name in _AGES.items() if age <= end), "older")
        self._idempotency.labels(mutation, outcome, bucket).inc()

    def changes(self, mode: str) -> None:
        """Count an answer to a client that asked what it lacks."""
        self._changes.labels(mode).inc()

    def waited(self, seconds: float, found: bool) -> None:
        """Count a wait for a connection."""
        (self._got if found else self._missed).observe(seconds)
