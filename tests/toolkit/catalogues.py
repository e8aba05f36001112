"""Small schemas to draw and describe."""

from typing import Any

from wildside.domain.catalogue import (
    Catalogue,
    CatalogueColumn,
    CatalogueTable,
    ForeignKey,
    Index,
)


def column(name: str, type_: str = "text", *, null: bool = False, **more: Any) -> CatalogueColumn:
    return CatalogueColumn(name, type_, null, **more)


def primary(*columns: str) -> Index:
    return Index("pkey", "btree", columns, unique=True, primary=True, constraint=True)


def unique(*columns: str, **more: Any) -> Index:
    return Index("_".join([*columns, "key"]), "btree", columns, unique=True, **more)


def index(*columns: str, **more: Any) -> Index:
    return Index("_".join([*columns, "index"]), "btree", columns, unique=False, **more)


def refers(columns: str, parent: str, parent_columns: str, **more: Any) -> ForeignKey:
    """A foreign key; columns are words of one text."""
    rules = {"on_delete": "restrict", "on_update": "cascade", **more}
    name = f"{columns.replace(' ', '_')}_fkey"
    return ForeignKey(name, tuple(columns.split()), parent, tuple(parent_columns.split()), **rules)


def table(
    name: str, *columns: CatalogueColumn, comment: str | None = "What it is.", **parts: Any
) -> CatalogueTable:
    return CatalogueTable(name, comment, columns, **parts)


def schema(*tables: CatalogueTable, **more: Any) -> Catalogue:
    return Catalogue({one.name: one for one in tables}, **more)


ROOMS = table("rooms", column("house"), column("number", "integer"), indexes=[primary("house", "number")])
