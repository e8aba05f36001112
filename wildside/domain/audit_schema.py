"""The schema that user state is expected to have, and how far a catalogue goes towards it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wildside.domain.catalogue import Catalogue, CatalogueTable, ForeignKey, RowRule

USERS, PREFERENCES, INTERESTS = "users", "user_preferences", "user_interest_themes"

_MOMENT = "timestamp with time zone"
_MAY_BE_NULL = {"revoked_at"}


@dataclass(frozen=True, slots=True)
class Expected:
    """A table: its columns with their types, its parents and what happens to it with them, its keys.

    A key is any one of some spellings; "→ parent" stands for the columns that refer to it. A type is
    None where the parent decides it.
    """

    name: str
    columns: Mapping[str, str | None]
    parents: Mapping[str, tuple[str, RowRule]] = field(default_factory=dict)
    keys: tuple[tuple[tuple[str, ...], ...], ...] = ()


_OF_A_USER: dict[str, tuple[str, RowRule]] = {USERS: ("on_delete", "cascade")}


def _chosen(name: str, parent: str) -> Expected:
    """Return a table of what a user has chosen, in an order."""
    renamed: tuple[str, RowRule] = ("on_update", "cascade")
    columns = {"user_id": "uuid", "position": "integer"}
    keys = ((("user_id", f"→ {parent}"),), (("user_id", "position"),))
    return Expected(name, columns, {**_OF_A_USER, parent: renamed}, keys)


EXPECTED: Mapping[str, tuple[Expected, ...]] = {
    "login": (
        Expected(
            "user_credentials",
            {"user_id": "uuid", "username": "text", "password_hash": "text", "changed_at": _MOMENT},
            _OF_A_USER,
            ((("username",), ("lower(username)",)), (("user_id",),)),
        ),
        Expected(
            "sessions",
            {
                "id": "uuid",
                "user_id": "uuid",
                "issued_at": _MOMENT,
                "expires_at": _MOMENT,
                "revoked_at": _MOMENT,
            },
            _OF_A_USER,
            ((("id",),),),
        ),
    ),
    "users": (
        Expected(
            USERS,
            {"id": "uuid", "display_name": "text", "created_at": _MOMENT, "updated_at": _MOMENT},
            keys=((("id",),),),
        ),
        Expected("user_roles", {"user_id": "uuid", "role": "text"}, _OF_A_USER, ((("user_id", "role"),),)),
    ),
    "profile": (
        Expected(
            PREFERENCES,
            {"user_id": "uuid", "unit_system": None, "updated_at": _MOMENT},
            {**_OF_A_USER, "unit_systems": ("on_update", "cascade")},
            ((("user_id",),),),
        ),
        _chosen("user_safety_toggles", "safety_toggles"),
    ),
    "interests": (_chosen(INTERESTS, "interest_themes"),),
}
"""By axis. The revision of preferences and interests is an aspect of its own."""


def lacks(expected: Expected, catalogue: Catalogue) -> list[str]:
    """Return what a table lacks; nothing where it is as expected."""
    table = catalogue.tables.get(expected.name)
    if table is None:
        return [f"table {expected.name} is missing"]
    return [
        *_columns(expected, table),
        *_parents(expected, table),
        *_keys(expected, table),
    ]


def _columns(expected: Expected, table: CatalogueTable) -> list[str]:
    found = []
    for name, wanted in expected.columns.items():
        column = table.column(name)
        if column is None:
            found.append(f"column {table.name}.{name} is missing")
        elif wanted and column.type != wanted:
            found.append(f"column {table.name}.{name} is {column.type}, not {wanted}")
        elif column.nullable and name not in _MAY_BE_NULL:
            found.append(f"column {table.name}.{name} may be null")
    return found


def _parents(expected: Expected, table: CatalogueTable) -> list[str]:
    found = []
    for parent, (event, rule) in expected.parents.items():
        keys = [key for key in table.foreign_keys if key.parent == parent]
        if parent == USERS:
            keys = [key for key in keys if key.columns == ("user_id",)]
        if not keys:
            found.append(f"table {table.name} refers to no {parent}")
        elif not any(_rule(key, event) == rule and key.validated for key in keys):
            found.append(
                f"foreign key {keys[0].name} is not {event.replace('_', ' ')} {rule}, or not validated"
            )
    return found


def _rule(key: ForeignKey, event: str) -> RowRule:
    return key.on_delete if event == "on_delete" else key.on_update


def _keys(expected: Expected, table: CatalogueTable) -> list[str]:
    unique = {frozenset(key) for key in table.unique_keys()}
    return [
        f"table {table.name} has no unique {' or '.join(', '.join(key) for key in spellings)}"
        for spellings in expected.keys
        if not any(_resolved(key, table) in unique for key in spellings)
    ]


def _resolved(key: tuple[str, ...], table: CatalogueTable) -> frozenset[str]:
    """Return the columns of a key, those that refer to a parent by their own names."""
    columns = {name for name in key if not name.startswith("→ ")}
    for link in table.foreign_keys:
        if f"→ {link.parent}" in key:
            columns |= set(link.columns)
    return frozenset(columns)
