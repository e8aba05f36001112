"""What to raise where a statement found another revision than the one that it was to replace."""

from wildside.domain.errors import RetryTransaction, RevisionMismatch


def mismatch(replaced: int | None, actual: int | None) -> RevisionMismatch | RetryTransaction:
    """Return the error; `actual` is what there is now, which may be the expected one again."""
    if actual == replaced:
        return RetryTransaction("the revision was another a moment ago")
    return RevisionMismatch(replaced, actual)
