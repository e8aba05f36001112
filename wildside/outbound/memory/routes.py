"""Routes over dicts."""

from wildside.outbound.memory.books import Session


class MemoryRoutes:
    """Keeps routes."""

    def __init__(self, session: Session) -> None:
        self._session = session
