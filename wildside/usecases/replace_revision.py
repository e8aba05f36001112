"""Replace what has a revision, if it is still the one that the caller means to replace."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from wildside.domain.errors import RevisionMismatch
from wildside.domain.revisions import Expected

T = TypeVar("T")


async def replace_revision(
    expected: Expected,
    hold: Callable[[], Awaitable[int | None]],
    save: Callable[[int | None], Awaitable[T]],
) -> T:
    """Return what `save` stored in place of a revision, None being none yet; all within one transaction.

    `hold` returns the revision that there is, and lets nobody replace it meanwhile; it is asked only
    where several would do. Raises RevisionMismatch or PreconditionFailed, as the caller asked.
    """
    revisions = expected.revisions
    replaced = next(iter(revisions)) if revisions and len(revisions) == 1 else await hold()
    expected.check(replaced)
    try:
        return await save(replaced)
    except RevisionMismatch as error:
        raise expected.refused(error.actual) from error
