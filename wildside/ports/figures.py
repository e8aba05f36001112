"""What is asked for operators to watch."""

from typing import Protocol

from wildside.domain.figures import Figures


class FiguresStore(Protocol):
    """Counts."""

    async def figures(self) -> Figures:
        """Return the figures of this moment."""
        ...
