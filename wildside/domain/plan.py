"""The plan of a seed: a value that says what will be written and what was refused, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wildside.domain.reference import Key, Row, Table, same, show_key
from wildside.domain.source import Problem, Rename, Source, SourceFile


@dataclass(frozen=True, slots=True)
class Adopted:
    """A source row that an administrator has taken over, and how it differs from the source."""

    table: str
    key: Key
    differences: Mapping[str, tuple[Any, Any]]
    """column → (in the source, in the database)"""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What a seed does to one table."""

    table: str
    inserts: Sequence[Row] = ()
    updates: Sequence[Row] = ()
    unchanged: int = 0
    deprecations: Sequence[Key] = ()
    adopted: Sequence[Adopted] = ()
    refusals: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RenamePlan:
    """The declared renames that still have to be done, and those refused."""

    steps: Sequence[Rename]
    refusals: Sequence[str]


def plan_renames(renames: Sequence[Rename], keys: Mapping[str, Collection[Key]]) -> RenamePlan:
    """Decide which declared renames to do. `keys` are those stored now, by table.

    A rename whose old key is gone was done before, or never needed.
    """
    present = {table: set(found) for table, found in keys.items()}
    waiting = [rename for rename in renames if rename.new is not None]
    steps: list[Rename] = []
    # A chain may be written in any order: whoever's turn has come goes, until nobody's has.
    while ready := [rename for rename in waiting if _can_go(rename, present)]:
        first = ready[0]
        waiting.remove(first)
        steps.append(first)
        present[first.table] = (present[first.table] - {first.old}) | {first.new or ()}
    return RenamePlan(steps, [_conflict(rename) for rename in renames if _clashes(rename, present)])


def _can_go(rename: Rename, present: Mapping[str, set[Key]]) -> bool:
    there = present.get(rename.table, set())
    return rename.old in there and rename.new not in there


def _clashes(rename: Rename, present: Mapping[str, set[Key]]) -> bool:
    return {rename.old, rename.new} <= present.get(rename.table, set())


def _conflict(rename: Rename) -> str:
    both = f"{show_key(rename.old)} and {show_key(rename.new or ())}"
    return (
        f"rename_conflict: {rename.table} has both {both}; rename one of them by hand, or take the rename out"
    )


def plan_table(
    table: Table,
    images: Sequence[Row],
    existing: Sequence[Row],
    aliases: Mapping[Key, Key],
    source: Source,
    allow_shrink: bool,
) -> TablePlan:
    """Compare source rows with stored ones. Both are row images: every column, as stored."""
    stored = {table.key_of(row): row for row in existing}
    wanted = {table.key_of(image): image for image in images}
    ours = {key: row for key, row in stored.items() if row["source_type"] == "seed"}
    inserts = [image for key, image in wanted.items() if key not in stored]
    updates = [image for key, image in wanted.items() if key in ours and not same(ours[key], image)]
    active = [key for key, row in ours.items() if row["is_active"]]
    deprecations = sorted(key for key in active if key not in wanted)
    adopted = adopted_rows(table, images, existing)
    return TablePlan(
        table=table.name,
        inserts=inserts,
        updates=updates,
        unchanged=len(wanted) - len(inserts) - len(updates) - len(adopted),
        deprecations=deprecations,
        adopted=adopted,
        refusals=[
            *_shrinks(table, len(active), deprecations, source, allow_shrink),
            *_looks_renamed(table, inserts, [ours[key] for key in deprecations], source.renames),
            *_renamed_in_database(table, wanted, stored, aliases),
        ],
    )


def adopted_rows(table: Table, images: Sequence[Row], stored: Sequence[Row]) -> list[Adopted]:
    """Return the source rows that belong to an administrator now, each with its differences."""
    wanted = {table.key_of(image): image for image in images}
    return [
        Adopted(table.name, key, _differences(wanted[key], row))
        for row in sorted(stored, key=table.key_of)
        if row["source_type"] == "admin" and (key := table.key_of(row)) in wanted
    ]


def _differences(image: Row, row: Row) -> dict[str, tuple[Any, Any]]:
    return {
        column: (image[column], row[column])
        for column in sorted(image)
        if column != "source_type" and not same(image[column], row[column])
    }


def _shrinks(table: Table, active: int, gone: Sequence[Key], source: Source, allowed: bool) -> list[str]:
    limit = source.manifest.shrink_limit(table.name)
    if allowed or len(gone) <= limit * active:
        return []
    return [
        f"shrink: {table.name} would lose {len(gone)} of its {active} active rows, more than {limit:.0%}; "
        f"if that is meant, run again with --allow-shrink {table.name}"
    ]


def _looks_renamed(
    table: Table, inserts: Sequence[Row], gone: Sequence[Row], declared: Sequence[Rename]
) -> list[str]:
    """A new key that carries the very text of a vanished one is a rename that nobody declared."""
    columns = table.descriptive_columns
    if not columns:
        return []
    retired = {rename.old for rename in declared if rename.table == table.name}
    return [
        f"undeclared_rename: {table.name} loses {show_key(table.key_of(old))} and gains "
        f"{show_key(table.key_of(new))} with the same {' and '.join(columns)}; declare it in "
        f"{{table, from, to}} of the renames file, or with to: null if the old one was retired"
        for new in inserts
        for old in gone
        if table.key_of(old) not in retired
        and any(new[column] is not None for column in columns)
        and all(same(new[column], old[column]) for column in columns)
    ]


def _renamed_in_database(
    table: Table,
    wanted: Mapping[Key, Row],
    stored: Mapping[Key, Row],
    aliases: Mapping[Key, Key],
) -> list[str]:
    """A key that was renamed by SQL and still stands in the file would come back as a new row."""
    return [
        f"renamed_in_database: {table.name} {show_key(old)} was renamed to {show_key(new)} in the database; "
        "rename it in the source too and declare it in the renames file"
        for old in sorted(aliases)
        for new in [_follow(old, aliases)]
        if old in wanted and old not in stored and new in stored and new not in wanted
    ]


def _follow(key: Key, aliases: Mapping[Key, Key]) -> Key:
    """Return what a renamed key is called now."""
    seen = {key}
    while (following := aliases.get(key)) and following not in seen:
        key = following
        seen.add(key)
    return key


def rename_problems(source: Source, tables: Mapping[str, Table]) -> list[Problem]:
    """Check declared renames against the source: the old key must be gone, the new one there."""
    problems = []
    file = source.manifest.renames
    onward = {(rename.table, rename.old) for rename in source.renames}
    for rename in source.renames:
        table = tables.get(rename.table)
        if table is None:
            problems.append(
                Problem(
                    file,
                    rename.row,
                    "/table",
                    "unknown_table",
                    f"{rename.table} is not a reference table",
                )
            )
            continue
        if {len(key) for key in (rename.old, rename.new) if key is not None} != {len(table.key)}:
            message = f"a key of {table.name} is {', '.join(table.key)}"
            problems.append(Problem(file, rename.row, "", "wrong_key", message))
            continue
        keys = _source_keys(table, source.files.get(rename.table))
        if rename.old in keys:
            message = f"{show_key(rename.old)} is still a key in the source"
            problems.append(Problem(file, rename.row, "/from", "rename_source_present", message))
        if rename.new is not None and rename.new not in keys and (rename.table, rename.new) not in onward:
            message = f"{show_key(rename.new)} is no key in the source"
            problems.append(Problem(file, rename.row, "/to", "rename_target_missing", message))
    return problems


def _source_keys(table: Table, file: SourceFile | None) -> set[Key]:
    """Return the keys of a file's rows, as far as they are fit to be keys."""
    rows = [row for row in file.rows if isinstance(row, dict)] if file else []
    keys = (tuple(row.get(column) for column in table.key) for row in rows)
    return {key for key in keys if all(isinstance(value, str | int | float) for value in key)}
