"""What clients did to rows that have revisions, what they were told, and whether that can be true.

A history is a list of beginnings and ends in the order of time. A write names the revision that it
replaces (0: nothing is there), and its value is like no other's. Each ends as done, as failed (it has had no
effect and never will) or as unknown (it may have had, or may still). At the end of a history each row is
read once more, when nobody writes.

`judge` goes through a history once, and so takes time in proportion to its length.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Lock

Value = Hashable
"""None is of a row that is not there."""


class Outcome(Enum):
    """What whoever asked was told."""

    DONE = auto()
    FAILED = auto()
    UNKNOWN = auto()


class Anomaly(Enum):
    """What cannot be, where the promises hold."""

    LOST = "a write that was acknowledged is gone"
    TWICE = "a revision was given to two writes"
    SKIPPED = "a revision does not follow the one that was replaced"
    BACKWARDS = "a revision is lower than one that was shown before"
    STALE = "a read shows less than a write before it was acknowledged for"
    FAILED = "a write that failed had an effect"
    UNHEARD = "a value was read before anybody wrote it"
    UNREAD = "a row was not read when all had ended"


@dataclass(eq=False, slots=True)
class Operation:
    """A read, or a write that `replaces` a revision."""

    row: Hashable
    replaces: int | None = None
    value: Value = None
    outcome: Outcome = Outcome.UNKNOWN
    revision: int = 0

    @property
    def writes(self) -> bool:
        return self.replaces is not None


@dataclass(frozen=True, slots=True)
class Event:
    """The beginning or the end of an operation."""

    operation: Operation
    ends: bool


class History:
    """Written by many threads at once."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._lock = Lock()

    def begin(self, operation: Operation) -> Operation:
        with self._lock:
            self.events.append(Event(operation, ends=False))
        return operation

    def end(
        self, operation: Operation, outcome: Outcome, revision: int = 0, value: Value = None
    ) -> Operation:
        """Note what was told. `value` is what was read."""
        with self._lock:
            operation.outcome, operation.revision = outcome, revision
            if not operation.writes:
                operation.value = value
            self.events.append(Event(operation, ends=True))
        return operation


Found = tuple[Anomaly, Operation]


@dataclass(slots=True)
class _Row:
    """What is known of a row so far."""

    shown: int = 0
    """The highest revision that anybody was told of."""
    kept: int = 0
    """The highest that a write was acknowledged for."""
    busy: int = 0
    """Writes that have begun and not ended."""
    given: dict[int, Operation] = field(default_factory=dict)
    """Revision → the write that was acknowledged for it."""
    values: dict[int, Value] = field(default_factory=dict)
    writers: dict[Value, Operation] = field(default_factory=dict)
    seen: set[Value] = field(default_factory=set)
    """What was read."""
    floors: dict[Operation, tuple[int, int]] = field(default_factory=dict)
    """Operation under way → what was shown, and what was kept, when it began."""
    last: Operation | None = None
    """The last read that began when no write was under way, if no write has begun since."""


def judge(history: History) -> list[Found]:
    """Return all that cannot be."""
    rows: dict[Hashable, _Row] = defaultdict(_Row)
    found: list[Found] = []
    for event in history.events:
        row, operation = rows[event.operation.row], event.operation
        if not event.ends:
            _begin(row, operation)
        elif operation.writes:
            found += [(anomaly, operation) for anomaly in _written(row, operation)]
        else:
            found += [(anomaly, operation) for anomaly in _read(row, operation)]
    for row in rows.values():
        found += _ended(row)
    return found


def _begin(row: _Row, operation: Operation) -> None:
    row.floors[operation] = row.shown, row.kept
    if operation.writes:
        row.writers[operation.value] = operation
        row.busy += 1
        row.last = None
    elif not row.busy:
        row.last = operation


def _written(row: _Row, write: Operation) -> Iterator[Anomaly]:
    row.busy -= 1
    shown, _ = row.floors.pop(write)
    if write.outcome is not Outcome.DONE:
        return
    revision = write.revision
    if revision != (write.replaces or 0) + 1:
        yield Anomaly.SKIPPED
    if revision in row.given or row.values.get(revision, write.value) != write.value:
        yield Anomaly.TWICE
    elif revision <= shown:
        yield Anomaly.BACKWARDS
    row.given.setdefault(revision, write)
    row.values.setdefault(revision, write.value)
    row.shown, row.kept = max(row.shown, revision), max(row.kept, revision)


def _read(row: _Row, read: Operation) -> Iterator[Anomaly]:
    shown, kept = row.floors.pop(read)
    if read.outcome is not Outcome.DONE:
        return
    if read.revision < kept:
        yield Anomaly.STALE
    elif read.revision < shown:
        yield Anomaly.BACKWARDS
    if read.value is not None or read.revision:
        yield from _value(row, read)
    row.shown = max(row.shown, read.revision)


def _value(row: _Row, read: Operation) -> Iterator[Anomaly]:
    """Whether the value that was read can have that revision."""
    writer = row.writers.get(read.value)
    if writer is None:
        yield Anomaly.UNHEARD
    elif read.revision != (writer.replaces or 0) + 1:
        yield Anomaly.SKIPPED
    if row.values.setdefault(read.revision, read.value) != read.value:
        yield Anomaly.LOST if read.revision in row.given else Anomaly.TWICE
    row.seen.add(read.value)


def _ended(row: _Row) -> Iterator[Found]:
    """What can only be said when all is over."""
    for value in row.seen:
        writer = row.writers.get(value)
        if writer and writer.outcome is Outcome.FAILED:
            yield Anomaly.FAILED, writer
    if row.writers and (row.last is None or row.last.outcome is not Outcome.DONE):
        yield Anomaly.UNREAD, next(iter(row.writers.values()))
        return
    if row.last is None:
        return
    if row.last.revision < row.kept:
        yield Anomaly.LOST, row.given[row.kept]
    writes = [write for write in row.writers.values() if write.outcome is not Outcome.FAILED]
    possible = {(write.replaces or 0) + 1 for write in writes}
    for revision in range(1, row.last.revision + 1):
        if revision not in possible:
            yield Anomaly.SKIPPED, row.last
