"""A connection as the stores see it: three ways to run a statement, and COPY, with errors translated."""

from collections.abc import Iterable, Sequence
from typing import Any

from wildside.outbound.postgres.errors import FAILURES, translate


class Session:
    """Wraps an asyncpg connection so that no driver's exception leaves a store."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, sql: str, *arguments: Any) -> list[Any]:
        """Return all rows of a statement."""
        try:
            found: list[Any] = await self._connection.fetch(sql, *arguments)
        except FAILURES as error:
            raise translate(error) from error
        return found

    async def row(self, sql: str, *arguments: Any) -> Any:
        """Return the first row, or None."""
        found = await self.rows(sql, *arguments)
        return found[0] if found else None

    async def value(self, sql: str, *arguments: Any) -> Any:
        """Return the first column of the first row, or None."""
        found = await self.row(sql, *arguments)
        return found[0] if found is not None else None

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Put rows into a table, all at once (COPY, in the binary form)."""
        try:
            await self._connection.copy_records_to_table(table, columns=columns, records=rows)
        except FAILURES as error:
            raise translate(error) from error
