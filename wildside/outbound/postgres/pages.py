"""The statements of a list that is paged, and which of them answers."""

from dataclasses import dataclass
from typing import Any

from wildside.domain.pages import Seek
from wildside.outbound.postgres.session import Session


@dataclass(frozen=True, slots=True)
class PageStatements:
    """One statement for each way to read, each along the same index.

    Their parameters: what the list itself needs, such as whose it is; then how many rows; then the
    key. `next` reads `(…) > (key)` in order, `prev` reads `(…) <= (key)` in the opposite order; of a
    list that is descending, `next` reads `(…) < (key)` and `prev` reads `(…) >= (key)`.
    """

    first: str
    next: str
    prev: str

    async def rows(self, session: Session, seek: Seek, *bound: Any) -> list[Any]:
        """Return the rows nearest to the cut, that one first."""
        return await session.rows(getattr(self, seek.direction), *bound, seek.count, *seek.key)
