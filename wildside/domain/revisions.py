"""Revisions: what a caller says of the state that is to be replaced."""

from dataclasses import dataclass

from wildside.domain.errors import PreconditionFailed, RevisionMismatch


@dataclass(frozen=True, slots=True)
class Expected:
    """The revisions that a caller is willing to replace; None among them is that there is none yet.

    `revisions` is None where it may be any, as long as there is one. `by_header` decides how a
    mismatch is told: who asked by a header wants the status of failed preconditions.
    """

    revisions: frozenset[int | None] | None
    by_header: bool = False

    def allows(self, actual: int | None) -> bool:
        """Return whether this revision may be replaced."""
        return actual is not None if self.revisions is None else actual in self.revisions

    def check(self, actual: int | None) -> None:
        """Raise RevisionMismatch or PreconditionFailed where this revision may not be replaced."""
        if not self.allows(actual):
            raise self.refused(actual)

    def refused(self, actual: int | None) -> RevisionMismatch:
        """Return what to raise where it may not."""
        one = next(iter(self.revisions)) if self.revisions and len(self.revisions) == 1 else None
        return (PreconditionFailed if self.by_header else RevisionMismatch)(one, actual)


def expecting(revision: int | None) -> Expected:
    """Return that exactly this revision is expected; None: that there is none yet."""
    return Expected(frozenset({revision}))
