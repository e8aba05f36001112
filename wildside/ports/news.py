"""What tells a process that there may be a new version."""

from typing import Protocol


class News(Protocol):
    """Hears of changes. A mark that is the same as before says that nothing was heard since."""

    @property
    def mark(self) -> int | None:
        """Return a number that grows with each piece of news; None while nobody listens."""
        ...

    async def later(self, mark: int | None, seconds: float) -> None:
        """Return when the mark is another than this, at the latest after so many seconds."""
        ...
