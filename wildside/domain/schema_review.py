"""What a schema's documentation must have, and what it counts: comments, and indexes under foreign keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from wildside.domain.catalogue import Catalogue, CatalogueTable, ForeignKey
from wildside.domain.migration_files import Finding
from wildside.domain.migration_sources import Place

Places = Mapping[tuple[str, str], Place]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a kind have a comment."""

    commented: int
    total: int

    def __str__(self) -> str:
        share = 100 * self.commented // self.total if self.total else 100
        return f"{self.commented} of {self.total} ({share} %)"


def coverage(catalogue: Catalogue) -> dict[str, Coverage]:
    """Count comments on tables, columns, views and functions."""
    columns = [column for table in catalogue.tables.values() for column in table.columns]
    kinds = {
        "tables": [table.comment for table in catalogue.tables.values()],
        "columns": [column.comment for column in columns],
        "views": [view.comment for view in catalogue.views],
        "functions": [routine.comment for routine in catalogue.routines],
    }
    return {kind: Coverage(sum(map(bool, found)), len(found)) for kind, found in kinds.items()}


def review(catalogue: Catalogue, places: Places) -> list[Finding]:
    """Find tables, columns, views and functions without a comment, and foreign keys without an index."""
    nameless = [("table", table.name, table.name, table.comment) for table in catalogue.tables.values()]
    nameless += [("view", view.name, view.name, view.comment) for view in catalogue.views]
    for routine in catalogue.routines:
        kind = "procedure" if routine.returns == "procedure" else "function"
        nameless.append((kind, routine.signature.partition("(")[0], routine.signature, routine.comment))
    found = [
        _finding(places, kind, name, "comment", f"{kind} {shown} has no comment")
        for kind, name, shown, comment in nameless
        if not comment
    ]
    for table in catalogue.tables.values():
        found += [
            _finding(
                places, "table", table.name, "comment", f"column {table.name}.{column.name} has no comment"
            )
            for column in table.columns
            if not column.comment
        ]
        found += [
            _finding(places, "table", table.name, "unindexed", f"foreign key {key.name} has no index")
            for key in table.foreign_keys
            if not has_index(table, key)
        ]
    return found


def has_index(table: CatalogueTable, key: ForeignKey) -> bool:
    """Say whether an index begins with the columns of a foreign key, in any order."""
    size = len(key.columns)
    return any(
        index.valid
        and index.condition is None
        and index.method in {"btree", "hash"}
        and set(index.columns[:size]) == set(key.columns)
        for index in table.indexes
    )


def _finding(places: Places, kind: str, name: str, rule: str, message: str) -> Finding:
    place = places.get((kind, name))
    return Finding(place.file if place else name, place.line if place else 0, rule, message)
