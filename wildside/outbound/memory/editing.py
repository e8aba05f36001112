"""Edits by hand over dicts."""

from wildside.domain.reference import Key, Row
from wildside.outbound.memory.books import Session


class MemoryEditing:
    """Changes single rows. What a change breaks shows when the transaction settles."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def revise(self, table: str, key: Key, changes: Row) -> None:
        """Give some columns of a row new values."""
        row = (await self._session.claim()).rows[table].get(key)
        if row is not None and {**row, **changes} != row:
            self._session.put(self._session.shelf.tables[table], {**row, **changes})
