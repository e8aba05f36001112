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

    def parent_key(self, row: Row) -> Key | None:
        """Return the key that the row points to, or None where it points nowhere."""
        key = tuple(row.get(column) for column in self.columns)
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
    problems += [f"the reference table {name} is not declared" for name in tables if name not in place]
    problems += [
        f"{table.name} is declared before {link.table}, which it refers to ({link.name})"
        for table in tables.values()
        for link in table.links
        if place.get(link.table, -1) > place.get(table.name, len(place))
    ]
    return sorted(problems)
