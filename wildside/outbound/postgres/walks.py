"""Walks in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresWalks:
    """Keeps walks."""

    def __init__(self, session: Session) -> None:
        self._session = session
