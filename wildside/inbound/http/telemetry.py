"""Counts as events of the log."""

import structlog

from wildside.ports.telemetry import Outcome, Walk

_AGES = {60: "1m", 600: "10m", 3600: "1h", 6 * 3600: "6h", 24 * 3600: "24h"}
"""Upper ends of the buckets of ages: seconds → as they are shown."""

log = structlog.get_logger()


class LoggedTelemetry:
    """Tells each event to the log, with the trace id of its request."""

    def page(self, scope: str, size: int, direction: Walk) -> None:
        """Log a page of a list."""
        log.info("page", scope=scope, size=size, direction=direction)

    def idempotency(self, mutation: str, outcome: Outcome, age: float | None) -> None:
        """Log a call with an Idempotency-Key."""
        bucket = None if age is None else next((name for end, name in _AGES.items() if age <= end), "older")
        log.info("idempotency", mutation=mutation, outcome=outcome, age=bucket)
