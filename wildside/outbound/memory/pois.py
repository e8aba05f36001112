"""Places over dicts."""

from wildside.outbound.memory.books import Session


class MemoryPois:
    """Keeps places."""

    def __init__(self, session: Session) -> None:
        self._session = session
