"""What a running server asks of migrations."""

from collections.abc import Awaitable, Callable

from wildside.domain.migration_status import MigrationStatus

ReadStatus = Callable[[], Awaitable[MigrationStatus]]
"""Looks at the database without touching it. Raises Unavailable, NotPermitted."""
