"""Notes over dicts."""

from wildside.outbound.memory.books import Session


class MemoryNotes:
    """Keeps notes."""

    def __init__(self, session: Session) -> None:
        self._session = session
