"""What is asked of the answers that are kept for repeated calls."""

from datetime import timedelta
from typing import Protocol

from wildside.domain.calls import Answer, Call, Kept


class CallStore(Protocol):
    """Keeps answers, each in the transaction of its effect."""

    async def claim(self, call: Call) -> Kept | None:
        """Hold the key until the transaction ends, and return the answer that is kept for it.

        Raises CallInProgress, without waiting, where another transaction holds it.
        """
        ...

    async def keep(self, call: Call, answer: Answer, lifetime: timedelta) -> None:
        """Keep an answer. Raises Unauthorized where there is no such user."""
        ...
