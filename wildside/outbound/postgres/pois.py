"""Places in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresPois:
    """Keeps places."""

    def __init__(self, session: Session) -> None:
        self._session = session
