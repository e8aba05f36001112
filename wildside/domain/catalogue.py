"""A database's schema as a value: what diagrams, pages and audits are made from.

Read by `outbound/postgres/catalogue.py`; tables by name, columns in the order of the table, the rest by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

RowRule = Literal["restrict", "cascade", "set null", "set default", "no action"]


@dataclass(frozen=True, slots=True)
class CatalogueColumn:
    """A column. `type` is as format_type() spells it; `default` an SQL expression."""

    name: str
    type: str
    nullable: bool
    default: str | None = None
    generated: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key: `columns` refer to `parent_columns` of `parent`, each in the key's order."""

    name: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: RowRule
    on_update: RowRule
    deferred: bool = False
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint and its condition."""

    name: str
    condition: str
    validated: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """An index. `columns` are names or expressions in their order; `condition` makes it partial.

    `constraint` says that it belongs to a primary key or a unique constraint of its name.
    """

    name: str
    method: str
    columns: tuple[str, ...]
    unique: bool
    primary: bool = False
    constraint: bool = False
    valid: bool = True
    condition: str | None = None
    definition: str = ""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger, its function and its definition."""

    name: str
    function: str
    definition: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueTable:
    """A table with everything that belongs to it."""

    name: str
    comment: str | None
    columns: Sequence[CatalogueColumn]
    foreign_keys: Sequence[ForeignKey] = ()
    checks: Sequence[Check] = ()
    indexes: Sequence[Index] = ()
    triggers: Sequence[Trigger] = ()

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key; none where there is no such key."""
        return next((index.columns for index in self.indexes if index.primary), ())

    def column(self, name: str) -> CatalogueColumn | None:
        """Return a column by its name."""
        return next((column for column in self.columns if column.name == name), None)

    def unique_keys(self) -> list[tuple[str, ...]]:
        """Return every set of columns that no two rows share, the primary key included."""
        return [one.columns for one in self.indexes if one.unique and one.valid and one.condition is None]


@dataclass(frozen=True, slots=True)
class View:
    """A view and what it selects."""

    name: str
    comment: str | None
    columns: Sequence[CatalogueColumn]
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Routine:
    """A function or procedure. `signature` is its name with the types of its arguments."""

    signature: str
    returns: str
    language: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The schema `public` without yoyo's own tables and without what extensions brought."""

    tables: Mapping[str, CatalogueTable]
    views: Sequence[View] = ()
    routines: Sequence[Routine] = ()
