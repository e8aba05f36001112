"""Imports of OpenStreetMap over dicts."""

from wildside.outbound.memory.books import Session


class MemoryIngestion:
    """Keeps imports of OpenStreetMap."""

    def __init__(self, session: Session) -> None:
        self._session = session
