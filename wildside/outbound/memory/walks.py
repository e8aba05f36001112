"""Walks over dicts."""

from wildside.outbound.memory.books import Session


class MemoryWalks:
    """Keeps walks."""

    def __init__(self, session: Session) -> None:
        self._session = session
