"""A line of the log and a count for each request, once it is over."""

import structlog
from starlette.routing import Route

from wildside.inbound.http.metrics import Metrics
from wildside.inbound.http.tracing import Exchange

_PROBES = frozenset({"/health", "/health/live", "/health/ready"})

log = structlog.get_logger()


class Watching:
    """Counts each request, and logs it. Probes that pass come every few seconds, and are only counted."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def began(self) -> None:
        """Note that a request came."""
        self._metrics.in_flight.inc()

    def streams(self) -> None:
        """Note that its answer is a stream."""
        self._metrics.listeners.inc()

    def ended(self, exchange: Exchange) -> None:
        """Note how it ended."""
        self._metrics.in_flight.dec()
        if exchange.streams:
            self._metrics.listeners.dec()
        scope, route = exchange.scope, _template(exchange)
        self._metrics.request(scope["method"], route, exchange.status, exchange.seconds, exchange.trace_id)
        if route in _PROBES and exchange.status == 200:
            return
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=exchange.status,
            duration_ms=round(exchange.seconds * 1000, 2),
            bytes=exchange.sent,
            complete=exchange.finished,
        )


def _template(exchange: Exchange) -> str | None:
    """Return the path of urls.py that it was for; None where it came to none."""
    route = exchange.scope.get("route")
    return route.path if isinstance(route, Route) else None
