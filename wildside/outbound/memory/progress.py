"""Progress along routes over dicts."""

from wildside.outbound.memory.books import Session


class MemoryProgress:
    """Keeps progress along routes."""

    def __init__(self, session: Session) -> None:
        self._session = session
