"""Reference tables as the database's catalogue describes them, and keys of their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""A row as JSON: column name → value, columns spelled as in SQL."""

Key = tuple[Any, ...]
"""The values of a row's primary key, in the order of the key."""

BOOKKEEPING = ("is_active", "source_type")
"""Columns every reference table has and no client sees."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a source file may give. `type` is PostgreSQL's name, such as `text[]`."""

    name: str
    type: str
    nullable: bool
    default: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key from one reference table to another, or to itself."""

    name: str
    columns: tuple[str, ...]
    table: str
    parent_columns: tuple[str, ...]

    def parent_key(self, row: Row, order: Sequence[str]) -> Key | None:
        """Return the key that the row points to, its columns in `order`; None where it points nowhere."""
        named = dict(zip(self.parent_columns, self.columns, strict=True))
        key = tuple(row.get(named[column]) for column in order)
        return None if None in key else key


@dataclass(frozen=True, slots=True)
class Table:
    """A reference table: its key, the order its rows are read in, its columns and its links."""

    name: str
    key: tuple[str, ...]
    order: tuple[str, ...]
    columns: tuple[Column, ...]
    links: tuple[Link, ...] = ()

    def key_of(self, row: Row) -> Key:
        """Return the row's key. Raises KeyError when a key column is missing."""
        return tuple(row[column] for column in self.key)

    @property
    def sort_columns(self) -> tuple[str, ...]:
        """The columns that decide the order before the key breaks ties; empty when only the key does."""
        lead = list(self.order)
        while lead and lead[-1] in self.key:
            lead.pop()
        return tuple(lead)

    @property
    def descriptive_columns(self) -> tuple[str, ...]:
        """The columns whose text says what a row is: by them a renamed row is known again."""
        taken = {*self.key, *self.order, *BOOKKEEPING}
        taken.update(column for link in self.links for column in link.columns)
        return tuple(
            column.name
            for column in self.columns
            if column.name not in taken and column.type in {"text", "jsonb", "json"}
        )


Tables = Mapping[str, Table]


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(one, str):  # as most are
        return bool(one == other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(map(same, one.values(), map(other.__getitem__, one)))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def show_key(key: Sequence[Any]) -> str:
    """Render a key for people: `coffee`, or `amenity/cafe` for a composite one."""
    return "/".join(str(value) for value in key)


def order_problems(tables: Tables, declared: Sequence[str]) -> list[str]:
    """Compare a declared seed order with the tables and links that the catalogue knows.

    Returns one sentence for each table that is missing on either side and for each link whose
    parent is declared after its child; an empty list when both agree.
    """
    place = {name: index for index, name in enumerate(declared)}
    problems = [
        f"{name} is not a reference table of this database" for name in declared if name not in tables
    ]
    problems += [f"{name} is declared twice" for name in place if declared.count(name) > 1]
    problems += [f"the reference table {name} is not declared" for name in tables if name not in place]
    problems += [
        f"{table.name} is declared before {link.table}, which it refers to ({link.name})"
        for table in tables.values()
        for link in table.links
        if place.get(link.table, -1) > place.get(table.name, len(place))
    ]
    return sorted(problems)
