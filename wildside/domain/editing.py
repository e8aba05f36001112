"""Edits of reference data by hand, and the past as operators read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from wildside.domain.command_errors import EditInvalid
from wildside.domain.pages import WHOLE, Listing
from wildside.domain.reference import Column, Key, Row, Table, Tables, same, show_key

_BARE = ("boolean", "smallint", "integer", "bigint", "double precision", "real", "numeric", "json", "jsonb")
"""Types whose values are written as JSON; an array is too, and every other type as plain text."""

Changed = Mapping[str, tuple[Any, Any]]
"""column → (before, after)"""


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version: `tables` is table → {upserts, removals, renames} → rows."""

    version: int
    created_at: datetime
    actor: str
    reason: str | None
    tables: Mapping[str, Mapping[str, int]]


VERSIONS: Listing[PastVersion] = Listing("versions", (WHOLE,), lambda one: (one.version,), descending=True)
"""All versions, the newest first."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """A line of versions. `version` was the newest when it began; older ones bear its name too."""

    epoch: str
    version: int
    created_at: datetime
    actor: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that clients see differently at two versions. `old_key` is set where its key changed."""

    table: str
    kind: Literal["added", "removed", "renamed", "changed"]
    key: Key
    old_key: Key | None = None
    fields: Changed = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one row. `given` is column → text as typed; `fixed` is what the verb itself sets."""

    table: str
    key: str
    fixed: Row
    given: Mapping[str, str] = field(default_factory=dict)


def difference_of(
    table: str, old_key: Any, new_key: Any, before: Row | None, after: Row | None
) -> Difference | None:
    """Say what became of a row; None where it was active neither before nor after."""
    was = before if before and before["is_active"] else None
    now = after if after and after["is_active"] else None
    if was is None or now is None:
        if now is not None:
            return Difference(table, "added", tuple(new_key))
        return None if was is None else Difference(table, "removed", tuple(old_key))
    moved = old_key != new_key
    fields = changed_fields(was, now)
    return Difference(
        table, "renamed" if moved else "changed", tuple(new_key), tuple(old_key) if moved else None, fields
    )


def changed_fields(before: Row, after: Row) -> dict[str, tuple[Any, Any]]:
    """Return the columns whose values differ."""
    return {
        column: (before.get(column), after.get(column))
        for column in sorted({**before, **after})
        if not same(before.get(column), after.get(column)) or (column in before) is not (column in after)
    }


def known_table(tables: Tables, name: str) -> Table:
    """Return a table by its name. Raises EditInvalid."""
    if name not in tables:
        raise EditInvalid(f"there is no reference table {name}; there are {', '.join(sorted(tables))}")
    return tables[name]


def parse_key(table: Table, text: str) -> Key:
    """Read a key as it is typed: `coffee`, or `amenity/cafe` for a composite one. Raises EditInvalid."""
    parts = text.split("/") if len(table.key) > 1 else [text]
    if len(parts) != len(table.key) or "" in parts:
        raise EditInvalid(f"a key of {table.name} is written {'/'.join(table.key)}, not {text!r}")
    columns = {column.name: column for column in table.columns}
    try:
        return tuple(
            _value(columns[name], part) if columns[name].type in _BARE else part
            for name, part in zip(table.key, parts, strict=True)
        )
    except ValueError:
        raise EditInvalid(f"{text!r} is no key of {table.name}") from None


def parse_fields(table: Table, given: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Read values as they are typed. Returns those that can be read, and what is wrong with the others."""
    columns = {column.name: column for column in table.columns}
    values: dict[str, Any] = {}
    problems = []
    for name, text in given.items():
        if name == "source_type":
            problems.append("source_type: read_only: set adopts the row, and release gives it back")
        elif name in table.key:
            problems.append(f"{name}: read_only: it is of the key; use wildside reference rename")
        elif name not in columns:
            known = ", ".join(column for column in columns if column not in table.key)
            problems.append(f"{name}: unknown_column: {table.name} has {known}")
        else:
            try:
                values[name] = _value(columns[name], text)
            except (ValueError, RecursionError):
                problems.append(f"{name}: wrong_type: expected {columns[name].type} as JSON, found {text!r}")
    return values, problems


def _value(column: Column, text: str) -> Any:
    """Read JSON; where the column is text, anything but a JSON string or null is the text itself."""
    if column.type in _BARE or column.type.endswith("[]"):
        return json.loads(text)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) or (value is None and column.nullable) else text


def no_such_row(table: Table, key: Key, aliases: Mapping[Key, Key]) -> EditInvalid:
    """Say that a row is not there, and what became of it if it was renamed."""
    new, seen = key, {key}
    while (following := aliases.get(new)) and following not in seen:
        seen.add(following)
        new = following
    hint = f": it was renamed to {show_key(new)}" if new != key else ""
    return EditInvalid(f"{table.name} has no row {show_key(key)}{hint}")


def rename_line(table: Table, old: Key, new: Key) -> str:
    """Return the line of the renames file that declares a rename."""

    def spelled(key: Key) -> Any:
        return key[0] if len(key) == 1 else list(key)

    return json.dumps({"table": table.name, "from": spelled(old), "to": spelled(new)}, ensure_ascii=False)
