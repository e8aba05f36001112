"""Counts as events of the log."""

import structlog

from wildside.ports.telemetry import Walk

log = structlog.get_logger()


class LoggedTelemetry:
    """Tells each event to the log, with the trace id of its request."""

    def page(self, scope: str, size: int, direction: Walk) -> None:
        """Log a page of a list."""
        log.info("page", scope=scope, size=size, direction=direction)
