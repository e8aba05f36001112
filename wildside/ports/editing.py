"""What an operator's edit asks of the database, besides what a seed does."""

from typing import Protocol

from wildside.domain.reference import Key, Row


class EditStore(Protocol):
    """Changes single rows, whoever owns them."""

    async def revise(self, table: str, key: Key, changes: Row) -> None:
        """Give some columns of a row new values. Raises ConstraintViolated."""
        ...
