"""From what the driver and the server raise to the project's errors; the only place that knows."""

import asyncpg

from wildside.domain.command_errors import UsernameTaken
from wildside.domain.errors import (
    ConnectionLost,
    ConstraintViolated,
    NotFound,
    QueryFailed,
    RetryTransaction,
    SchemaMismatch,
    StoreError,
    TimedOut,
    Unauthorized,
    Unavailable,
    ValueRefused,
    WildsideError,
)
from wildside.domain.notes import unknown_place

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
    ("22", ValueRefused),  # data exceptions
    ("40001", RetryTransaction),  # serialization_failure
    ("40P01", RetryTransaction),  # deadlock_detected
    ("40003", ConnectionLost),  # statement_completion_unknown
    ("25006", Unavailable),  # read_only_sql_transaction: this server is a standby now
    ("25P03", ConnectionLost),  # idle_in_transaction_session_timeout
    ("42P01", SchemaMismatch),  # undefined_table
    ("42703", SchemaMismatch),  # undefined_column
    ("42883", SchemaMismatch),  # undefined_function
    ("3F000", SchemaMismatch),  # invalid_schema_name
    ("3D000", Unavailable),  # invalid_catalog_name: the database is not there
    ("53", Unavailable),  # insufficient resources: connections, disk, memory
    ("55P03", TimedOut),  # lock_not_available
    ("57014", TimedOut),  # query_canceled
    ("57P03", Unavailable),  # cannot_connect_now: starting up
    ("57P", ConnectionLost),  # shutting down, terminated
    ("58", Unavailable),  # system errors, such as of its disk
    ("08", ConnectionLost),  # connection exceptions
    ("28", Unavailable),  # the role or its password was refused
)


# A table has changed since the connection prepared its statements, which the driver has now forgotten.
_MIGRATED_MEANWHILE = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)

# A row was there when it was looked up: it has been renamed or removed since.
_GONE_MEANWHILE = {
    "offline_bundles_region_fkey",
    "offline_bundles_route_fkey",
    "walk_sessions_route_fkey",
    "walk_session_pois_poi_fkey",
    "user_preferences_unit_system_fkey",
    "user_interest_themes_theme_fkey",
    "user_safety_toggles_toggle_fkey",
    "route_progress_stops_stop_fkey",
}


_OF_A_ROUTE = {"route_notes_route_fkey", "route_progress_route_fkey"}


def translate(error: BaseException) -> WildsideError:
    """Return the project's error for a driver's exception, with a message that holds no secret.

    Its DETAIL holds values of rows, such as a hash; it is taken off, so that no traceback shows it either.
    """
    vars(error).pop("detail", None)
    sqlstate = getattr(error, "sqlstate", None) or ""
    if sqlstate.startswith("23"):
        return _violated(str(error), getattr(error, "constraint_name", None) or "unnamed")
    message = str(error.args[0]) if error.args else ""
    if isinstance(error, _MIGRATED_MEANWHILE):
        return RetryTransaction(message)
    for prefix, found in _BY_SQLSTATE:
        if sqlstate.startswith(prefix):
            return found(message)
    if isinstance(error, asyncpg.PostgresError):
        return QueryFailed(message)
    silent = isinstance(error, TimeoutError)
    return ConnectionLost(message or "the database did not answer in time", silent=silent)


def _violated(message: str, constraint: str) -> WildsideError:
    if constraint.endswith("_user_fkey"):
        return Unauthorized("This account is no longer there.")
    if constraint == "user_credentials_username_is_taken":
        return UsernameTaken("this username is taken")
    if constraint == "route_notes_poi_fkey":
        return unknown_place()
    if constraint in _OF_A_ROUTE:
        return NotFound("There is no such route.")
    if constraint in _GONE_MEANWHILE:
        return RetryTransaction(message)
    return ConstraintViolated(f"{message} ({constraint})", constraint)
