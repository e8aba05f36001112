"""What operators watch, over dicts."""

from wildside.domain.figures import Figures
from wildside.outbound.memory.books import Session


class MemoryFigures:
    """Counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def figures(self) -> Figures:
        """Return the figures of this moment."""
        books, now = self._session.books, self._session.shelf.now()
        sessions = books.people.sessions.values()
        held = sum(one.revoked_at is None and one.expires_at > now for one in sessions)
        last = max((run.finished_at for run in books.runs), default=None)
        return Figures(books.number, books.created_at, held, len(books.runs), last)
