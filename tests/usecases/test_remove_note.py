"""Removing a note while somebody else changes it."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from wildside.domain.errors import NotFound, PreconditionFailed, RetryTransaction, WildsideError
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores
from wildside.usecases.remove_note import remove_note

ONE = UUID(int=1)


class Notes:
    """A store that had no such note a moment ago, and now has one of this revision."""

    def __init__(self, revision: int | None) -> None:
        self._revision = revision

    async def remove(self, *_: Any) -> bool:
        return False

    async def get(self, *_: Any) -> Any:
        return SimpleNamespace(revision=self._revision) if self._revision else None


@pytest.mark.parametrize(("revisions", "now", "told"), [
    ([3], 4, PreconditionFailed), ([3], 3, RetryTransaction), (None, 1, RetryTransaction),
    ([3], None, NotFound), (None, None, NotFound),
])  # fmt: skip
async def test_what_came_meanwhile_is_looked_at_again(
    revisions: Sequence[int] | None, now: int | None, told: type[WildsideError]
) -> None:
    stores = cast(Stores, SimpleNamespace(notes=Notes(now)))
    expected = Expected(None if revisions is None else frozenset(revisions), by_header=True)
    with pytest.raises(told):
        await remove_note(stores, ONE, ONE, ONE, expected)
