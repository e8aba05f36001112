"""Imports of OpenStreetMap in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresIngestion:
    """Keeps imports of OpenStreetMap."""

    def __init__(self, session: Session) -> None:
        self._session = session
