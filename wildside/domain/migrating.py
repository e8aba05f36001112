"""What an operator may ask of the migrator, and what it answers."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wildside.domain.migration_files import Migration, MigrationFolder

_CONTROL = re.compile(
    r"(begin|commit|rollback|end|abort|start\s+transaction|prepare\s+transaction)\b(?!\s+to\b)", re.I
)
_NO_SQL = re.compile(r"\s+|--[^\n]*|/\*.*?\*/", re.S)
HOOK = "post-apply"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a migrator waits for others. Times are seconds."""

    wait: float = 60.0
    """For another migrator to end."""
    lock_timeout: float = 5.0
    """For a lock that a statement needs, once; a file's own `set local lock_timeout` goes before."""
    retries: int = 5
    """How many times a file is tried again after it did not get a lock."""


@dataclass(frozen=True, slots=True)
class ApplyOrder:
    """What to apply: all that is pending, or up to and with `to`. `allowed` are rules of the history."""

    to: str | None = None
    patience: Patience = Patience()
    allowed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class RollbackOrder:
    """What to take back: the newest one, all after `to`, or everything."""

    to: str | None = None
    everything: bool = False
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Done:
    """One migration that was applied or taken back, and what it cost."""

    id: str
    seconds: float
    attempts: int


def up_to(pending: Sequence[str], to: str | None) -> list[str]:
    """Return what comes before an id, and itself; all without one."""
    return [one for one in pending if to is None or one <= to]


def chain(applied: Sequence[str], order: RollbackOrder) -> list[str]:
    """Return what an order takes back, the newest first, of ids in the order in which they were applied."""
    newest_first = list(reversed(applied))
    if order.everything:
        return newest_first
    if order.to is not None:
        return newest_first[: newest_first.index(order.to)]
    return newest_first[:1]


def unfit(folder: MigrationFolder) -> list[str]:
    """Return why the migrator cannot take a folder as `yoyo apply` would, a line each."""
    python = [
        f"{name}:0: python: yoyo would run it; write SQL" for name in folder.strays if name.endswith(".py")
    ]
    hooks = [
        f"{one.file}:0: hook: a hook runs after every apply, unrecorded; make it a migration"
        for one in folder.migrations
        if one.id.startswith(HOOK)
    ]
    lost = [
        f"{one.file}:{one.directives['depends'][1]}: depends: there is no migration {name}"
        for one in folder.migrations
        for name in one.depends
        if folder.named(name) is None
    ]
    return python + hooks + lost


def no_way_back(migration: Migration) -> str | None:
    """Return why a migration cannot be taken back, or None when it can."""
    if migration.irreversible is not None:
        line = migration.directives["irreversible"][1]
        return f"{migration.file}:{line}: irreversible: {migration.irreversible}"
    if migration.rollback is None:
        return f"{migration.rollback_file}:0: no_rollback: there is no such file, so nothing would be undone"
    if not bare(migration.rollback):
        return f"{migration.rollback_file}:0: no_rollback: it holds no statement, so nothing would be undone"
    return None


def bare(sql: str) -> str:
    """Return a statement without the comments and white space before it."""
    while match := _NO_SQL.match(sql):
        sql = sql[match.end() :]
    return sql


def controls_transaction(statement: str) -> bool:
    """Whether a statement begins or ends a transaction, which only the migrator may do."""
    return _CONTROL.match(bare(statement)) is not None
