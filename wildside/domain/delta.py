"""The difference between two releases, and the token that a client names its own by."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from wildside.domain.errors import Fault, InvalidRequest
from wildside.domain.reference import Key, Link, Row, same
from wildside.domain.release import Body, Release, TableContent, as_body, client_row, wrapper
from wildside.domain.release_shapes import ChangesJson, TableChangesJson

_TOKEN = re.compile(r"([0-9a-z]{1,64})\.([1-9][0-9]{0,17})-([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A referenceVersion, taken apart."""

    epoch: str
    number: int
    text: str

    @classmethod
    def parse(cls, parameter: str, text: str) -> "Token":
        """Parse `<epoch>.<version>-<digest>`. Raises InvalidRequest naming the parameter."""
        found = _TOKEN.fullmatch(text)
        if found is None:
            detail = f"{parameter} is a referenceVersion, as <epoch>.<version>-<digest>."
            raise InvalidRequest(detail, [Fault(parameter, "invalid_token", detail, "parameter")])
        return cls(found[1], int(found[2]), text)


@dataclass(frozen=True, slots=True)
class Change:
    """A key that something happened to: its row as clients saw it before and see it after."""

    table: str
    key: Key
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Renaming:
    """One step: the row at `old` went to `new`."""

    table: str
    old: Key
    new: Key


@dataclass(frozen=True, slots=True)
class Changes:
    """What the journal has between two versions, `renames` in the order in which they happened."""

    rows: Sequence[Change]
    renames: Sequence[Renaming]


@dataclass(frozen=True, slots=True)
class Base:
    """What must be known of the release that a client has: its token, and table → digest."""

    token: str
    digests: Mapping[str, str]


def parents_first(tables: Mapping[str, TableContent]) -> list[str]:
    """Return the names of tables, each after those that it refers to; by name where that leaves a choice."""
    placed: dict[str, None] = {}

    def place(name: str, path: frozenset[str]) -> None:
        for link in sorted(tables[name].links, key=lambda link: link.table):
            if link.table in tables and link.table not in path | placed.keys():
                place(link.table, path | {link.table})
        placed.setdefault(name)

    for name in sorted(tables):
        place(name, frozenset({name}))
    return list(placed)


def nothing_changed(target: Release) -> Body:
    """Build the answer for a client that has the target already."""
    return _answer("none", target.token, target, {})


def full_answer(since: str, target: Release) -> Body:
    """Build an answer that says: forget what you have, and take all of this."""
    tables = {
        name: _entry(target, name, upserts=[client_row(row) for row in table.rows])
        for name, table in target.content.tables.items()
    }
    return _answer("full", since, target, tables)


def delta(base: Base, target: Release, changes: Changes) -> Body:
    """Build the net difference, or a full answer where everything is smaller."""
    names = {name for name, digest in target.digests.items() if base.digests.get(name) != digest}
    tables: dict[str, Any] = dict.fromkeys(base.digests.keys() - target.digests.keys())
    tables |= {name: _net(target, name, changes) for name in names}
    body = _answer("delta", base.token, target, tables)
    smaller = len(body.content) < len(target.bootstrap.content)
    return body if smaller else full_answer(base.token, target)


def _net(target: Release, name: str, changes: Changes) -> TableChangesJson:
    table = target.content.tables[name]
    own = [link for link in table.links if link.table == name]
    rows = [change for change in changes.rows if change.table == name]
    gone = {change.key: change.before for change in rows if change.before is not None}
    ours = {
        change.key: change.after
        for change in rows
        if change.after is not None and not same(change.before, change.after)
    }
    renames = _net_renames((step for step in changes.renames if step.table == name), gone.keys())
    kept = {change.key for change in rows if change.after is not None} | renames.keys()
    removals = {key: row for key, row in gone.items() if key not in kept}
    return _entry(
        target,
        name,
        upserts=[client_row(ours[key]) for key in _parents_first_keys(table, own, ours)],
        removals=_parents_first_keys(table, own, removals)[::-1],
        renames=[{"from": old, "to": new} for old, new in renames.items()],
    )


def _net_renames(steps: Iterable[Renaming], before: Collection[Key]) -> dict[Key, Key]:
    """Follow each row that clients had to where it went; a row that was made in between is none of theirs."""
    went: dict[Key, Key] = {}
    for step in steps:
        origins = [old for old, new in went.items() if new == step.old]
        if origins:
            went[origins[0]] = step.new
        elif step.old not in went:
            went[step.old] = step.new
    return {old: new for old, new in went.items() if old != new and old in before}


def _parents_first_keys(table: TableContent, own: Sequence[Link], rows: Mapping[Key, Row]) -> list[Key]:
    """Order keys so that parents come before their children; `own` are the table's links to itself."""

    def depth(key: Key, path: frozenset[Key]) -> int:
        parents = (link.parent_key(rows[key], table.key) for link in own)
        known = [parent for parent in parents if parent in rows and parent not in path]
        return max((1 + depth(parent, path | {parent}) for parent in known if parent), default=0)

    return sorted(rows, key=lambda key: (depth(key, frozenset({key})), str(key)))


def _entry(target: Release, name: str, **parts: Any) -> TableChangesJson:
    table = target.content.tables[name]
    key, order = (client_row(dict.fromkeys(columns)) for columns in (table.key, table.order))
    empty: TableChangesJson = {
        "key": [*key],
        "order": [*order],
        "upserts": [],
        "removals": [],
        "renames": [],
        "digest": target.digests[name],
    }
    return {**empty, **parts}  # type: ignore[typeddict-item]  # some of the same members


def _answer(
    mode: Literal["none", "delta", "full"], since: str, target: Release, tables: dict[str, Any]
) -> Body:
    about = wrapper(target.version, target.token)
    order = [name for name in parents_first(target.content.tables) if name in tables]
    changes: ChangesJson = {
        "mode": mode,
        "from": since,
        "to": about["referenceVersion"],
        "schemaVersion": about["schemaVersion"],
        "generatedAt": about["generatedAt"],
        "order": order,
        "tables": tables,
    }
    return replace(as_body(changes), mode=mode)
