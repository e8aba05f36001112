"""Routes in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresRoutes:
    """Keeps routes."""

    def __init__(self, session: Session) -> None:
        self._session = session
