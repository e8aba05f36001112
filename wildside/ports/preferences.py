"""What is asked of the preferences."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from wildside.domain.preferences import Asked, Choices, Meant, Preferences


class PreferenceStore(Protocol):
    """Keeps what users have chosen: interests, safety toggles, units."""

    async def get(self, user_id: UUID) -> Preferences | None:
        """Return what a user has chosen."""
        ...

    async def first_unit_system(self) -> str:
        """Return the unit system of who has chosen none. Raises NoRelease where there is none at all."""
        ...

    async def meanings(self, asked: Sequence[Asked]) -> Sequence[Meant | None]:
        """Return the row that each key means today, renames followed; None where there is none."""
        ...

    async def hold(self, user_id: UUID) -> int | None:
        """Return the revision that there is, and let nobody replace it until the transaction ends.

        Where there is none yet, another may still be first. Raises Unauthorized where there is no such user.
        """
        ...

    async def save(self, user_id: UUID, choices: Choices, replaced: int | None) -> Preferences:
        """Write choices in place of a revision, or, with None, as the first; return what was stored.

        Raises RevisionMismatch where there is another revision, Unauthorized where there is no such
        user, RetryTransaction where a key is no longer what it was when it was looked up.
        """
        ...
