"""The catalogue of routes in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresRouteCatalogue:
    """Keeps the catalogue of routes."""

    def __init__(self, session: Session) -> None:
        self._session = session
