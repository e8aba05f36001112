"""Runs of commands in the log, beside what they print for people: only where the log's format is chosen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from wildside.domain.errors import WildsideError
from wildside.inbound.logs import configure_logs, log_format
from wildside.inbound.traces import continued, new_trace_id

_SILENT = structlog.wrap_logger(structlog.ReturnLogger(), processors=[structlog.processors.JSONRenderer()])


@contextmanager
def logged(run: str) -> Iterator[Any]:
    """Log how a run ends; the context is the log for what it has to say itself.

    All lines have one trace id: that of TRACEPARENT in the environment, if it is a valid one, else a new one.
    """
    if log_format() is None:
        yield _SILENT
        return
    configure_logs()
    trace_id = continued(os.environ.get("TRACEPARENT", "")) or new_trace_id()
    log, began, outcome = structlog.get_logger(), monotonic(), "failed"
    with bound_contextvars(trace_id=trace_id, run=run):
        try:
            yield log
            outcome = "done"
        except WildsideError as error:
            log.error("run failed", code=error.code, error=str(error))
            raise
        finally:
            log.info("run ended", outcome=outcome, duration_ms=round((monotonic() - began) * 1000, 2))
