"""What is asked of the store to keep it small."""

from datetime import timedelta
from typing import Protocol


class HousekeepingStore(Protocol):
    """Removes what counts no longer, by the clock of the store; what others are removing is left to them.

    Each takes the most rows to remove and returns how many were.
    """

    async def remove_sessions(self, most: int) -> int:
        """Remove sessions that have expired."""
        ...

    async def remove_answers(self, most: int) -> int:
        """Remove answers that are kept for repeated calls and have expired."""
        ...

    async def remove_attempts(self, most: int, kept: timedelta) -> int:
        """Remove failed logins that are older than `kept`."""
        ...
