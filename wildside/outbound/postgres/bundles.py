"""Offline bundles in PostgreSQL."""

from wildside.outbound.postgres.session import Session


class PostgresBundles:
    """Keeps offline bundles."""

    def __init__(self, session: Session) -> None:
        self._session = session
