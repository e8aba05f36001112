"""Histories as they can be, and what makes each of them one that cannot be."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.trust.history import Anomaly, Event, History, Operation, Outcome

ROWS = ("a", "b")


@dataclass
class _Store:
    """What a row holds."""

    revision: int = 0
    value: int | None = None


@dataclass
class _Client:
    operation: Operation | None = None
    done: bool = False
    told: tuple[int, int | None] = (0, None)


@dataclass
class Simulation:
    """Clients that read and write, where each step is a number that somebody chose.

    Of writes that end as unknown some were done, some never are, and some are later.
    """

    history: History = field(default_factory=History)
    rows: dict[str, _Store] = field(default_factory=lambda: {row: _Store() for row in ROWS})
    numbers: int = 0
    late: list[Operation] = field(default_factory=list)

    def run(self, steps: Sequence[int]) -> History:
        clients = [_Client() for _ in range(4)]
        for step in steps:
            self._step(clients[step % 4], step // 4)
        for client in clients:
            while client.operation:
                self._step(client, 0)
        for row in ROWS:
            reader = _Client(self.history.begin(Operation(row)))
            self._step(reader, 0)
            self._step(reader, 0)
        return self.history

    def _step(self, client: _Client, choice: int) -> None:
        if client.operation is None:
            client.operation, client.done = self.history.begin(self._chosen(choice)), False
        elif not client.done:
            client.done, client.told = True, self._effect(client.operation)
        else:
            self._end(client.operation, client.told, choice)
            client.operation = None
        if choice % 7 == 6 and self.late:
            self._effect(self.late.pop())

    def _chosen(self, choice: int) -> Operation:
        row = ROWS[choice % 2]
        if choice // 2 % 3 == 0:
            return Operation(row)
        self.numbers += 1
        behind = choice // 6 % 3 == 0  # somebody who does not know the newest
        return Operation(row, max(0, self.rows[row].revision - behind), self.numbers)

    def _effect(self, operation: Operation) -> tuple[int, int | None]:
        stored = self.rows[str(operation.row)]
        if operation.writes:
            if operation.replaces != stored.revision:
                return 0, None
            stored.revision, stored.value = stored.revision + 1, self._value(operation)
        return stored.revision, stored.value

    @staticmethod
    def _value(operation: Operation) -> int:
        assert isinstance(operation.value, int)
        return operation.value

    def _end(self, operation: Operation, told: tuple[int, int | None], choice: int) -> None:
        if not operation.writes:
            self.history.end(operation, Outcome.DONE, *told)
        elif choice % 5 == 4:
            self.history.end(operation, Outcome.UNKNOWN)
            if told == (0, None):
                self.late.append(operation)
        elif told == (0, None):
            self.history.end(operation, Outcome.FAILED)
        else:
            self.history.end(operation, Outcome.DONE, told[0])


Plant = Callable[[History, random.Random], bool]
"""Make a history one that cannot be; False where there is nothing to make it of."""


def _acknowledged(history: History) -> list[Operation]:
    return [
        event.operation
        for event in history.events
        if event.ends and event.operation.writes and event.operation.outcome is Outcome.DONE
    ]


def _ended(history: History, operation: Operation) -> int:
    """The place right after an end."""
    return next(n for n, e in enumerate(history.events, 1) if e.operation is operation and e.ends)


def _insert(history: History, place: int, operation: Operation) -> None:
    history.events[place:place] = [Event(operation, ends=False), Event(operation, ends=True)]


def _last_read(history: History, row: object) -> Operation:
    return next(e.operation for e in reversed(history.events) if e.operation.row == row)


def lost(history: History, dice: random.Random) -> bool:
    """The newest revision of a row was acknowledged, and is not there in the end."""
    tops = [one for one in _acknowledged(history) if one.revision == _last_read(history, one.row).revision]
    if not tops:
        return False
    top = dice.choice(tops)
    read = _last_read(history, top.row)
    read.revision, read.value = top.revision - 1, _value_at(history, top.row, top.revision - 1)
    return True


def _value_at(history: History, row: object, revision: int) -> object:
    """The value of a revision, as whoever wrote it meant it."""
    for event in history.events:
        one = event.operation
        if one.row == row and one.revision == revision and one.outcome is Outcome.DONE:
            return one.value
    return None


def overwritten(history: History, dice: random.Random) -> bool:
    """A revision that was acknowledged holds in the end what somebody else wrote, who was told nothing."""
    if not (made := _acknowledged(history)):
        return False
    victim = dice.choice(made)
    other = Operation(victim.row, victim.replaces, "other")
    _insert(history, _ended(history, victim), other)
    read = _last_read(history, victim.row)
    if read.revision != victim.revision:
        return False
    read.value = "other"
    return True


def twice(history: History, dice: random.Random) -> bool:
    if not (made := _acknowledged(history)):
        return False
    first = dice.choice(made)
    second = Operation(first.row, first.replaces, "second", Outcome.DONE, first.revision)
    _insert(history, _ended(history, first), second)
    return True


def stale(history: History, dice: random.Random) -> bool:
    if not (made := _acknowledged(history)):
        return False
    write = dice.choice(made)
    before = write.revision - 1
    read = Operation(write.row, None, _value_at(history, write.row, before), Outcome.DONE, before)
    _insert(history, _ended(history, write), read)
    return True


def backwards(history: History, dice: random.Random) -> bool:
    """Two read one after the other what nobody was acknowledged for, and the second sees less."""
    row = dice.choice(ROWS)
    revision, value = (read := _last_read(history, row)).revision, read.value
    write = Operation(row, revision, "newest")
    new = Operation(row, None, "newest", Outcome.DONE, revision + 1)
    old = Operation(row, None, value, Outcome.DONE, revision)
    for operation in (write, new, old):
        _insert(history, len(history.events), operation)
    return True


def failed(history: History, dice: random.Random) -> bool:
    read = [
        one
        for one in _acknowledged(history)
        if any(e.operation.value == one.value and not e.operation.writes for e in history.events)
    ]
    if not read:
        return False
    dice.choice(read).outcome = Outcome.FAILED
    return True


def skipped(history: History, dice: random.Random) -> bool:
    if not (made := _acknowledged(history)):
        return False
    dice.choice(made).revision += 1
    return True


def unheard(history: History, dice: random.Random) -> bool:
    """A write that begins after it was read."""
    row = dice.choice(ROWS)
    read = Operation(row, None, "to come", Outcome.DONE, 1)
    _insert(history, 0, read)
    _insert(history, 2, Operation(row, 0, "to come"))
    return True


def unread(history: History, dice: random.Random) -> bool:
    row = dice.choice(ROWS)
    write = Operation(row, _last_read(history, row).revision, "at the end", Outcome.FAILED)
    _insert(history, len(history.events), write)
    return True


PLANTS: dict[Plant, Anomaly] = {
    lost: Anomaly.LOST,
    overwritten: Anomaly.LOST,
    twice: Anomaly.TWICE,
    stale: Anomaly.STALE,
    backwards: Anomaly.BACKWARDS,
    failed: Anomaly.FAILED,
    skipped: Anomaly.SKIPPED,
    unheard: Anomaly.UNHEARD,
    unread: Anomaly.UNREAD,
}
