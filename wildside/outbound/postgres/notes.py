"""Notes in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresNotes:
    """Keeps notes."""

    def __init__(self, session: Session) -> None:
        self._session = session
