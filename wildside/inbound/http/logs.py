"""Logs: one line an event, on standard error; coloured where someone watches, JSON elsewhere."""

import sys

import structlog


def configure_logs() -> None:
    """Set up structlog for this process. Tracebacks show no local variables, which may be secrets."""
    watched = sys.stderr.isatty()
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(
                [plain]
                if watched
                else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
