"""Which kind of statement takes which lock, and how much of a table it goes through meanwhile.

Tested, kind by kind, against the locks that PostgreSQL really takes.
"""

from dataclasses import dataclass
from typing import Literal

Work = Literal["none", "scan", "build", "rewrite", "may rewrite"]

ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE = "AccessShareLock", "RowShareLock", "RowExclusiveLock"
SHARE_UPDATE_EXCLUSIVE, SHARE = "ShareUpdateExclusiveLock", "ShareLock"
SHARE_ROW_EXCLUSIVE, EXCLUSIVE = "ShareRowExclusiveLock", "ExclusiveLock"
ACCESS_EXCLUSIVE = "AccessExclusiveLock"

STRENGTH = (
    ACCESS_SHARE,
    ROW_SHARE,
    ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    EXCLUSIVE,
    ACCESS_EXCLUSIVE,
)
"""All modes, from the weakest on."""

STOPS = {
    ACCESS_EXCLUSIVE: "reads and writes",
    EXCLUSIVE: "writes",
    SHARE_ROW_EXCLUSIVE: "writes",
    SHARE: "writes",
}
"""What waits while a lock is held; other modes stop only other changes of the schema."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a kind of statement does to a table that is there already."""

    mode: str
    work: Work = "none"


EFFECTS: dict[str, Effect] = {
    "add column": Effect(ACCESS_EXCLUSIVE),
    "add column with computed values": Effect(ACCESS_EXCLUSIVE, "may rewrite"),
    "drop column": Effect(ACCESS_EXCLUSIVE),
    "alter column type": Effect(ACCESS_EXCLUSIVE, "may rewrite"),
    "set default": Effect(ACCESS_EXCLUSIVE),
    "set not null": Effect(ACCESS_EXCLUSIVE, "scan"),
    "drop not null": Effect(ACCESS_EXCLUSIVE),
    "add check": Effect(ACCESS_EXCLUSIVE, "scan"),
    "add check not valid": Effect(ACCESS_EXCLUSIVE),
    "add foreign key": Effect(SHARE_ROW_EXCLUSIVE, "scan"),
    "add foreign key not valid": Effect(SHARE_ROW_EXCLUSIVE),
    "be referenced": Effect(SHARE_ROW_EXCLUSIVE),
    "add key": Effect(ACCESS_EXCLUSIVE, "build"),
    "add key using index": Effect(ACCESS_EXCLUSIVE),
    "validate constraint": Effect(SHARE_UPDATE_EXCLUSIVE, "scan"),
    "drop constraint": Effect(ACCESS_EXCLUSIVE),
    "set statistics": Effect(SHARE_UPDATE_EXCLUSIVE),
    "set storage parameter": Effect(SHARE_UPDATE_EXCLUSIVE),
    "enable or disable trigger": Effect(SHARE_ROW_EXCLUSIVE),
    "row level security": Effect(ACCESS_EXCLUSIVE),
    "attach partition": Effect(SHARE_UPDATE_EXCLUSIVE),
    "detach partition": Effect(ACCESS_EXCLUSIVE),
    "create partition": Effect(ACCESS_EXCLUSIVE),
    "other alter table": Effect(ACCESS_EXCLUSIVE, "may rewrite"),
    "create index": Effect(SHARE, "build"),
    "create index concurrently": Effect(SHARE_UPDATE_EXCLUSIVE, "build"),
    "drop index": Effect(ACCESS_EXCLUSIVE),
    "drop index concurrently": Effect(SHARE_UPDATE_EXCLUSIVE),
    "reindex": Effect(SHARE, "build"),
    "reindex concurrently": Effect(SHARE_UPDATE_EXCLUSIVE, "build"),
    "drop table": Effect(ACCESS_EXCLUSIVE),
    "drop view": Effect(ACCESS_EXCLUSIVE),
    "replace view": Effect(ACCESS_EXCLUSIVE),
    "create trigger": Effect(SHARE_ROW_EXCLUSIVE),
    "drop trigger": Effect(ACCESS_EXCLUSIVE),
    "create policy": Effect(ACCESS_EXCLUSIVE),
    "drop policy": Effect(ACCESS_EXCLUSIVE),
    "create statistics": Effect(SHARE_UPDATE_EXCLUSIVE),
    "comment on": Effect(SHARE_UPDATE_EXCLUSIVE),
    "rename": Effect(ACCESS_EXCLUSIVE),
    "truncate": Effect(ACCESS_EXCLUSIVE),
    "insert": Effect(ROW_EXCLUSIVE),
    "update": Effect(ROW_EXCLUSIVE, "scan"),
    "delete": Effect(ROW_EXCLUSIVE, "scan"),
    "read": Effect(ACCESS_SHARE, "scan"),
    "refresh": Effect(ACCESS_EXCLUSIVE, "rewrite"),
    "refresh concurrently": Effect(EXCLUSIVE, "scan"),
    "analyze": Effect(SHARE_UPDATE_EXCLUSIVE, "scan"),
    "vacuum": Effect(SHARE_UPDATE_EXCLUSIVE, "scan"),
    "vacuum full": Effect(ACCESS_EXCLUSIVE, "rewrite"),
    "cluster": Effect(ACCESS_EXCLUSIVE, "rewrite"),
    **{f"lock {mode}": Effect(mode) for mode in STRENGTH},
}


def strongest(modes: set[str]) -> str:
    """Return the mode that stops most."""
    return max(modes, key=STRENGTH.index)
