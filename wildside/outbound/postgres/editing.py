"""Edits by hand: functions of sql/migrations/0013."""

from wildside.domain.reference import Key, Row
from wildside.outbound.postgres.session import Session


class PostgresEditing:
    """Changes single rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def revise(self, table: str, key: Key, changes: Row) -> None:
        """Give some columns of a row new values."""
        await self._session.value("select reference_revise($1, $2, $3)", table, key, changes)
