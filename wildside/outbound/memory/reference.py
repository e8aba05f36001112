"""Reference releases over dicts."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from wildside.domain.errors import NoRelease
from wildside.domain.reference import BOOKKEEPING, Row, Table
from wildside.domain.release import Content, TableContent, Version
from wildside.outbound.memory.books import Session


class MemoryReference:
    """Reads releases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def version(self) -> Version:
        """Return the newest version."""
        books = self._session.books
        if books.number == 0:
            raise NoRelease("there is no reference release yet: run wildside seed")
        return Version(self._session.shelf.epoch, books.number, books.created_at)

    async def content(self) -> Content:
        """Return the newest version and all its active rows."""
        version, books = await self.version(), self._session.books
        tables = {
            table.name: TableContent(
                *books.changed[table.name], _active(table, books.rows[table.name].values())
            )
            for table in self._session.shelf.tables.values()
        }
        return Content(version, tables)


def _active(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Return the active rows as clients see them, in their order, nulls last."""

    def place(row: Row) -> list[tuple[bool, Any]]:
        return [(row[column] is None, row[column]) for column in table.order]

    return [
        {column: deepcopy(value) for column, value in row.items() if column not in BOOKKEEPING}
        for row in sorted((row for row in rows if row["is_active"]), key=place)
    ]
