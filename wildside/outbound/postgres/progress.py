"""Progress along routes in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresProgress:
    """Keeps progress along routes."""

    def __init__(self, session: Session) -> None:
        self._session = session
