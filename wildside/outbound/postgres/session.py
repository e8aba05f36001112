"""A connection as the stores see it: three ways to run a statement, and COPY, with errors translated."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, TypeVar

from wildside.domain.errors import QueryFailed
from wildside.outbound.postgres.errors import FAILURES, translate

Store = TypeVar("Store", bound=type)


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


def store(table: str) -> Callable[[Store], Store]:
    """Mark a class as a store, mainly of a table: a row that its domain refuses leaves it as QueryFailed.

    Such a row was written past the constraints, by hand or by a program of another release.
    """

    def marked(made: Store) -> Store:
        for name, method in inspect.getmembers(made, inspect.iscoroutinefunction):
            setattr(made, name, _reading(table, method))
        return made

    return marked


def _reading(table: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    async def read(*arguments: Any, **named: Any) -> Any:
        try:
            return await method(*arguments, **named)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            # What is wrong with it stands in the cause; the message holds no values of rows.
            raise QueryFailed(f"{method.__qualname__} found a row of {table} that cannot be") from error

    return read
