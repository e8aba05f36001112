"""Offline bundles over dicts."""

from wildside.outbound.memory.books import Session


class MemoryBundles:
    """Keeps offline bundles."""

    def __init__(self, session: Session) -> None:
        self._session = session
