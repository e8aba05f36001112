"""The catalogue of routes over dicts."""

from wildside.outbound.memory.books import Session


class MemoryRouteCatalogue:
    """Keeps the catalogue of routes."""

    def __init__(self, session: Session) -> None:
        self._session = session
