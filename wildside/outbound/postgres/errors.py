"""From what the driver and the server raise to the project's errors; the only place that knows."""

import asyncpg

from wildside.domain.errors import (
    ConstraintViolated,
    QueryFailed,
    RetryTransaction,
    SchemaMismatch,
    StoreError,
    TimedOut,
    Unavailable,
)

FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""Everything that a statement or a connection raises when something is wrong."""

# PostgreSQL's documentation, appendix A. Longest prefix first.
_BY_SQLSTATE: tuple[tuple[str, type[StoreError]], ...] = (
    ("40001", RetryTransaction),  # serialization_failure
    ("40P01", RetryTransaction),  # deadlock_detected
    ("42P01", SchemaMismatch),  # undefined_table
    ("42703", SchemaMismatch),  # undefined_column
    ("42883", SchemaMismatch),  # undefined_function
    ("3D000", Unavailable),  # invalid_catalog_name: the database is not there
    ("53", Unavailable),  # insufficient resources: connections, disk, memory
    ("55P03", TimedOut),  # lock_not_available
    ("57014", TimedOut),  # query_canceled
    ("57P", Unavailable),  # shutting down, starting up, terminated
    ("08", Unavailable),  # connection exceptions
    ("28", Unavailable),  # the role or its password was refused
)


def translate(error: BaseException) -> StoreError:
    """Return the project's error for a driver's exception, with a message that holds no secret."""
    sqlstate = getattr(error, "sqlstate", None) or ""
    if sqlstate.startswith("23"):
        constraint = getattr(error, "constraint_name", None) or "unnamed"
        return ConstraintViolated(f"{error} ({constraint})", constraint)
    for prefix, found in _BY_SQLSTATE:
        if sqlstate.startswith(prefix):
            return found(str(error))
    if isinstance(error, asyncpg.PostgresError):
        return QueryFailed(str(error))
    return Unavailable(str(error) or "the database did not answer in time")
