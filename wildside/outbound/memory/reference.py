"""Reference releases over dicts."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from wildside.domain.delta import Change, Changes
from wildside.domain.errors import NoRelease, NotFound
from wildside.domain.reference import BOOKKEEPING, Key, Row, Table
from wildside.domain.release import Content, TableContent, Version
from wildside.outbound.memory.books import Books, Session


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
        return self._content(await self.version(), self._session.books)

    async def content_at(self, number: int) -> Content:
        """Return what a version held."""
        books = self._session.shelf.past.get(number)
        if books is None or number == 0:
            raise NotFound(f"There is no version {number} of the reference data.")
        return self._content(Version(self._session.shelf.epoch, number, books.created_at), books)

    async def changes(self, since: int, until: int) -> Changes:
        """Return every key whose row differs between two versions, and the renames."""
        past = self._session.shelf.past
        rows = [
            Change(table.name, key, before.get(key), after.get(key))
            for table in self._session.shelf.tables.values()
            for before, after in [[_by_key(table, past[number]) for number in (since, until)]]
            for key in before.keys() | after.keys()
            if before.get(key) != after.get(key)
        ]
        steps = [step for number, step in past[until].renames if since < number]
        return Changes(rows, steps)

    def _content(self, version: Version, books: Books) -> Content:
        tables = {
            table.name: TableContent(
                *books.changed[table.name],
                _active(table, books.rows[table.name].values()),
                table.key,
                table.order,
                table.links,
            )
            for table in self._session.shelf.tables.values()
        }
        return Content(version, tables)


def _by_key(table: Table, books: Books) -> dict[Key, Row]:
    return {table.key_of(row): row for row in _active(table, books.rows[table.name].values())}


def _active(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Return the active rows as clients see them, in their order, nulls last."""

    def place(row: Row) -> list[tuple[bool, Any]]:
        return [(row[column] is None, row[column]) for column in table.order]

    return [
        {column: deepcopy(value) for column, value in row.items() if column not in BOOKKEEPING}
        for row in sorted((row for row in rows if row["is_active"]), key=place)
    ]
