"""Applying the body of /changes to a held release.

Tables that the body does not name are the bytes that were verified before; that it names every
table which has changed is seen by the token's digest, which is of all tables.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from wildside.client.errors import NotIntact
from wildside.client.release import Release, Row, canonical, checked, digest_of, read_json


class _Rename(msgspec.Struct, rename={"old": "from", "new": "to"}):
    old: list[Any]
    new: list[Any]


class _TableChange(msgspec.Struct):
    key: list[str]
    order: list[str]
    digest: str
    upserts: list[Row] = []
    removals: list[list[Any]] = []
    renames: list[_Rename] = []


class _Changes(msgspec.Struct, rename={"since": "from", "token": "to", "generated_at": "generatedAt"}):
    mode: Literal["none", "delta", "full"]
    token: str
    generated_at: str
    since: str | None = None
    tables: dict[str, _TableChange | None] = {}


def apply_changes(held: Release, content: bytes) -> Release:
    """Return the release that the changes lead to; `held` itself if nothing has changed.

    Raises SchemaMismatch, and NotIntact if they do not fit `held` or do not lead to what their
    digests say: then only a whole bootstrap helps.
    """
    changes = read_json(content, _Changes)
    if changes.mode == "full":
        return _changed({}, changes)
    if changes.since != held.token:
        raise NotIntact(f"the changes begin at {changes.since}, we are at {held.token}")
    if changes.mode == "delta":
        return _changed(dict(held.tables), changes)
    if changes.token != held.token:
        raise NotIntact("no changes, but another version")
    return held


def _changed(tables: dict[str, bytes], changes: _Changes) -> Release:
    for name, change in changes.tables.items():
        before = tables.pop(name, b"[]")
        if change is not None:
            tables[name] = _changed_table(name, before, change)
    return checked(Release(changes.token, changes.generated_at, tables))


def _changed_table(name: str, before: bytes, change: _TableChange) -> bytes:
    try:
        after = canonical(sorted(_edited(before, change), key=_sort_key(change.order)))
    except (KeyError, TypeError) as error:
        raise NotIntact(f"{name} cannot be changed so: {error!r}") from error
    if digest_of(after) != change.digest:
        raise NotIntact(f"{name} is not what its digest says")
    return after


def _edited(before: bytes, change: _TableChange) -> list[Row]:
    """Drop, then put: so two rows may swap their keys."""

    # As bytes, since to Python 1 and true are the same key.
    def key_of(row: Row) -> bytes:
        return canonical([row[member] for member in change.key])

    rows = {key_of(row): row for row in msgspec.json.decode(before, type=list[Row])}
    for gone in [*change.removals, *(rename.old for rename in change.renames)]:
        rows.pop(canonical(gone), None)
    rows.update((key_of(row), row) for row in change.upserts)
    return list(rows.values())


def _sort_key(order: list[str]) -> Callable[[Row], list[Any]]:
    """Each member ascending, null last; Python compares strings by code point, as the backend does."""

    def key(row: Row) -> list[Any]:
        values = [row.get(member) for member in order]
        return [(value is None, value if value is not None else 0) for value in values]

    return key
