"""The audit of user state: is what login, users, profile and interests need there, wired and safe to write?

Pure: it looks at a schema and at a running application's wiring, both of them values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wildside.domain.audit_schema import EXPECTED, INTERESTS, PREFERENCES, USERS, lacks
from wildside.domain.catalogue import Catalogue, CatalogueColumn, CatalogueTable

Status = Literal["present", "partial", "missing", "not_applicable"]
Decision = Literal["required", "not_required", "deferred"]
Storage = Literal["missing", "canonical", "dual_model"]

AXES = ("login", "users", "profile", "interests")
_REVISIONED = ("profile", "interests")
_STALE = "revision_mismatch"
"""The code of the error that a write with another revision than the stored one raises."""

_ROUTES: Mapping[str, frozenset[str]] = {
    "login": frozenset({"login", "logout", "sessions"}),
    "users": frozenset({"users"}),
    "profile": frozenset({"me", "profile", "preferences"}),
    "interests": frozenset({"interests"}),
}
"""The last fixed word of a path, by axis."""

_STORES: Mapping[str, tuple[frozenset[str], ...]] = {
    "login": (frozenset({"credentials"}), frozenset({"sessions"})),
    "users": (frozenset({"users"}),),
    "profile": (frozenset({"profile", "profiles", "preferences"}),),
    "interests": (frozenset({"interests", "preferences"}),),
}
"""The stores that an axis is made of, by axis: one of each group."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a running application answers (path and methods), and of which stores and parts it is made.

    `failures` are the codes of the errors that it has an answer of its own for.
    """

    routes: Sequence[tuple[str, tuple[str, ...]]]
    stores: Sequence[str]
    parts: Sequence[str]
    failures: Sequence[str]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that was looked at, and what was seen."""

    status: Status
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis with its aspects, whether it needs a migration, and why. `after` is what has to come first."""

    name: str
    schema: Aspect
    wiring: Aspect
    revision: Aspect
    stale_writes: Aspect
    migration: Decision
    reason: str
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """All of it. `interests` says where interests are kept."""

    migration: Decision
    interests: Storage
    homes: tuple[str, ...]
    axes: tuple[Axis, ...]


def audit_user_state(catalogue: Catalogue, wiring: Wiring) -> Audit:
    """Look at every axis."""
    homes = homes_of_interests(catalogue)
    storage = _storage(homes)
    axes = tuple(_axis(name, catalogue, wiring, homes) for name in AXES)
    decisions = {axis.migration for axis in axes}
    order: tuple[Decision, ...] = ("required", "deferred", "not_required")
    return Audit(next(one for one in order if one in decisions), storage, tuple(homes), axes)


def homes_of_interests(catalogue: Catalogue) -> list[str]:
    """Return every place where a user's interests are kept: link tables, and columns that list them."""
    found = []
    for name, table in sorted(catalogue.tables.items()):
        if not _is_of_users(table):
            continue
        if any(key.parent == "interest_themes" for key in table.foreign_keys):
            found.append(name)
        else:
            found += [f"{name}.{column.name}" for column in table.columns if _lists_interests(column)]
    return found


def _is_of_users(table: CatalogueTable) -> bool:
    refers = any(key.parent == USERS for key in table.foreign_keys)
    return table.name == USERS or refers or table.column("user_id") is not None


def _lists_interests(column: CatalogueColumn) -> bool:
    named = "interest" in column.name or "theme" in column.name
    return named and (column.type in {"json", "jsonb", "text"} or column.type.endswith("[]"))


def _storage(homes: Sequence[str]) -> Storage:
    if len(homes) > 1:
        return "dual_model"
    return "canonical" if homes == [INTERESTS] else "missing"


def _axis(name: str, catalogue: Catalogue, wiring: Wiring, homes: Sequence[str]) -> Axis:
    schema = _schema(name, catalogue)
    revision = _revision(name, catalogue)
    wired = _wired(name, wiring)
    stale = _stale_writes(name, wiring, revision)
    elsewhere = [home for home in homes if home != INTERESTS] if name == "interests" else []
    if elsewhere:
        reason = f"interests are kept in {' and in '.join(homes)}, where {INTERESTS} is to be their only home"
        return Axis(name, schema, wired, revision, stale, "required", reason)
    migration, reason, after = _decision(name, schema, revision, catalogue, wiring)
    return Axis(name, schema, wired, revision, stale, migration, reason, after)


def _schema(name: str, catalogue: Catalogue) -> Aspect:
    tables = EXPECTED[name]
    gaps = {table.name: lacks(table, catalogue) for table in tables}
    there = [table for table in tables if table.name in catalogue.tables]
    evidence = [
        line
        for table in tables
        for line in gaps[table.name] or [f"table {table.name} has {', '.join(table.columns)}"]
    ]
    if not there:
        return Aspect("missing", tuple(evidence))
    return Aspect("partial" if any(gaps.values()) else "present", tuple(evidence))


def _revision(name: str, catalogue: Catalogue) -> Aspect:
    if name not in _REVISIONED:
        return Aspect("not_applicable", (_UNREVISIONED[name],))
    table = catalogue.tables.get(PREFERENCES)
    column = table.column("revision") if table else None
    if table is None or column is None:
        return Aspect("missing", (f"column {PREFERENCES}.revision is missing",))
    faults = []
    if column.type not in {"integer", "bigint"}:
        faults.append(f"column {PREFERENCES}.revision is {column.type}, not a whole number")
    if column.nullable:
        faults.append(f"column {PREFERENCES}.revision may be null")
    if not any("revision" in check.condition and check.validated for check in table.checks):
        faults.append(f"no check says what {PREFERENCES}.revision may be")
    if faults:
        return Aspect("partial", tuple(faults))
    return Aspect("present", (f"column {PREFERENCES}.revision is {column.type}, never null, and checked",))


_UNREVISIONED = {
    "login": "credentials and sessions are replaced or revoked as a whole",
    "users": "the last display name stands, and updated_at says since when",
}


def _wired(name: str, wiring: Wiring) -> Aspect:
    routes = [f"{' '.join(methods)} {path}" for path, methods in sorted(_routes(name, wiring))]
    wired = {*wiring.stores, *wiring.parts}
    stores = sorted({store for group in _STORES[name] for store in group & wired})
    lacking = [" or ".join(sorted(group)) for group in _STORES[name] if not group & wired]
    evidence = (
        f"routes: {', '.join(routes)}" if routes else "no route of the running application is about it",
        f"stores: {', '.join(stores)}"
        if stores
        else "no store or part of the running application is about it",
        *(f"no store is called {names}" for names in lacking if stores),
    )
    if routes and not lacking:
        return Aspect("present", evidence)
    return Aspect("partial" if routes or stores else "missing", evidence)


def _routes(name: str, wiring: Wiring) -> list[tuple[str, tuple[str, ...]]]:
    return [route for route in wiring.routes if _last_word(route[0]) in _ROUTES[name]]


def _last_word(path: str) -> str:
    words = [word for word in path.split("/") if word and not word.startswith("{")]
    return words[-1] if words else ""


def _stale_writes(name: str, wiring: Wiring, revision: Aspect) -> Aspect:
    if name not in _REVISIONED:
        return Aspect("not_applicable", (_UNREVISIONED[name],))
    writes = [path for path, methods in _routes(name, wiring) if {"PUT", "PATCH", "POST"} & {*methods}]
    parts = {
        f"written by {', '.join(sorted(writes))}" if writes else "no route writes it": bool(writes),
        f"{_STALE} is {'' if _STALE in wiring.failures else 'not '}answered": _STALE in wiring.failures,
        f"its revision is {revision.status}": revision.status == "present",
    }
    if all(parts.values()):
        return Aspect("present", tuple(parts))
    # A revision alone refuses nothing: somebody has to compare it.
    return Aspect("partial" if writes else "missing", tuple(parts))


def _decision(
    name: str, schema: Aspect, revision: Aspect, catalogue: Catalogue, wiring: Wiring
) -> tuple[Decision, str, str | None]:
    if schema.status == "present" and revision.status in {"present", "not_applicable"}:
        return "not_required", "the schema is as expected", None
    if schema.status != "missing":
        fault = (
            f"its revision is {revision.status}" if schema.status == "present" else "it is not as expected"
        )
        return "required", f"the schema has been begun, and {fault}", None
    if name == USERS:
        wanted = _who_wants_users(catalogue, wiring)
        if wanted:
            return "required", f"there are no users, and {wanted}", None
        return "deferred", "nothing here needs users yet", "a route, a store or a table that is about a user"
    if USERS not in catalogue.tables:
        return "deferred", "it belongs to users, and there are none", f"the migration that makes {USERS}"
    return "required", f"{USERS} are there, and this is not", None


def _who_wants_users(catalogue: Catalogue, wiring: Wiring) -> str:
    """Return what is there already that can only be about a user."""
    tables = [table.name for axis in EXPECTED.values() for table in axis if table.name in catalogue.tables]
    if tables:
        return f"{', '.join(sorted(tables))} would be theirs"
    wired = [name for name in AXES if _wired(name, wiring).status != "missing"]
    return f"the running application serves {', '.join(wired)}" if wired else ""
