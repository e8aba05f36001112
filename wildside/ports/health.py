"""What readiness asks of the database."""

from typing import Protocol


class HealthStore(Protocol):
    """Looks at the database from outside the data."""

    async def applied_migrations(self) -> frozenset[str]:
        """Return the ids of the migrations that yoyo has recorded."""
        ...
