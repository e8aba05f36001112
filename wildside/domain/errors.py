"""Every error that is raised on purpose, as one tree; command_errors.py has those that only commands meet.

    WildsideError
    ├── InvalidRequest        the caller's request is wrong; all that is wrong is listed
    ├── Unauthorized          nobody is logged in, or no longer
    ├── Forbidden             who is logged in may not do that
    ├── RateLimited           too often, of late
    ├── Overloaded            there is more to do than can be done in time
    ├── NotFound              no such thing, or not yours
    ├── Conflict              what is asked for contradicts what there is
    │   ├── IdTaken           the id that the caller made cannot be used
    │   ├── InvalidTransition a status that cannot follow the one that there is
    │   └── WalkEnded         the walk has ended, and stays as it is
    ├── RevisionMismatch      what is to be changed has another revision than the caller says
    ├── PreconditionFailed    the same, where the caller says so by If-Match
    ├── IdempotencyKeyReused  the key was used for something else
    ├── CallInProgress        a call with this key is at work
    ├── NoRelease             the database holds no reference release yet
    └── StoreError            what a store raises instead of a driver's exception
        ├── Unavailable       the database cannot be reached, or refuses connections
        │   ├── NotPermitted      it answers, and does not let us do it
        │   ├── ConnectionLost    it was reached, and fell silent
        │   └── OutcomeUnknown    it fell silent while something was being written
        ├── ValueRefused      a value that no column can hold: we should have refused it before
        ├── TimedOut          a statement or lock took longer than allowed
        ├── SchemaMismatch    a table or column is not there: migrations are missing
        ├── ConstraintViolated a named rule of the schema was broken
        ├── RetryTransaction  serialisation failure or deadlock: run the transaction again
        └── QueryFailed       anything else the database refused

`code` is stable and is what clients and scripts compare; the message is for people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


class WildsideError(Exception):
    """Base of all errors raised on purpose."""

    code: ClassVar[str] = "internal_error"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a request, and where: a JSON pointer (RFC 6901), a parameter or a header."""

    where: str
    code: str
    detail: str
    kind: Literal["pointer", "parameter", "header"] = "pointer"


class InvalidRequest(WildsideError):
    """The request is wrong. `faults` lists all that is."""

    code = "invalid_request"

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class Unauthorized(WildsideError):
    """Nobody is logged in, or no longer."""

    code = "unauthorized"


class Forbidden(WildsideError):
    """Who is logged in may not do that."""

    code = "forbidden"


class RateLimited(WildsideError):
    """Too often, of late; `retry_after` is in seconds."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(WildsideError):
    """There is more to do than can be done in time."""

    code = "overloaded"


class Conflict(WildsideError):
    """What is asked for contradicts what there is; the message says what to do instead."""

    code = "conflict"


class RevisionMismatch(WildsideError):
    """What is to be changed has another revision; None is of something that is not there yet."""

    code = "revision_mismatch"

    def __init__(self, expected: int | None, actual: int | None) -> None:
        super().__init__(f"expected revision {expected or 'none'}, and it is {actual or 'none'}")
        self.expected, self.actual = expected, actual


class PreconditionFailed(RevisionMismatch):
    """The same, where the caller said so by If-Match (RFC 9110, section 13.1.1)."""

    code = "precondition_failed"


class IdempotencyKeyReused(WildsideError):
    """The key was used for something else."""

    code = "idempotency_key_reused"


class CallInProgress(WildsideError):
    """A call with this key is at work."""

    code = "call_in_progress"


class IdTaken(Conflict):
    """The id that the caller made cannot be used; whose it is, if anybody's, is not told."""

    code = "id_taken"


class InvalidTransition(Conflict):
    """A status, or a progress, that cannot follow the one that there is."""

    code = "invalid_transition"


class WalkEnded(Conflict):
    """The walk has ended, and stays as it is."""

    code = "walk_ended"


class NotFound(WildsideError):
    """No such thing, or not the caller's."""

    code = "not_found"


class NoRelease(WildsideError):
    """The database holds no reference release yet."""

    code = "no_release"


class StoreError(WildsideError):
    """What a store raises instead of a driver's exception."""


class Unavailable(StoreError):
    """The database cannot be reached, or refuses connections."""

    code = "database_unavailable"


class ConnectionLost(Unavailable):
    """The database was reached, and was lost again; `silent` without a sign, which took time to notice."""

    def __init__(self, message: str, *, silent: bool = False) -> None:
        super().__init__(message)
        self.silent = silent


class OutcomeUnknown(Unavailable):
    """The database fell silent while something was being written: it may have been, or not."""

    code = "outcome_unknown"


class ValueRefused(StoreError):
    """A value that no column can hold."""

    code = "invalid_request"


class NotPermitted(Unavailable):
    """The database answers, and does not let us do it; the message says what, or who could."""

    code = "not_permitted"


class TimedOut(StoreError):
    """A statement or a lock took longer than allowed."""

    code = "timed_out"


class SchemaMismatch(StoreError):
    """A table or column is not there: migrations are missing."""

    code = "schema_mismatch"


class RetryTransaction(StoreError):
    """A serialisation failure or a deadlock: the whole transaction may run again."""

    code = "retry_transaction"


class ConstraintViolated(StoreError):
    """A named rule of the schema was broken."""

    code = "constraint_violated"

    def __init__(self, message: str, constraint: str) -> None:
        super().__init__(message)
        self.constraint = constraint


class QueryFailed(StoreError):
    """Anything else that the database refused."""

    code = "query_failed"
