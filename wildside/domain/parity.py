"""Parity: whether a stage between the source files and an app shows what the source says.

The source is brought into a normal form once, and each stage is compared with that form, strictly:
types, values, fields, rows and their order. docs/parity.md names every rule of the normal form.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wildside.domain.reference import BOOKKEEPING, Key, Row, Table
from wildside.domain.release import camel_case, canonical, client_row
from wildside.domain.source import Problem, SourceFile, pointer


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a stage shows otherwise than the source.

    `field` is a JSON pointer within the row, or within the answer where there is no table; "" is
    the whole. `adopted` says that the database calls the row an administrator's.
    """

    table: str | None
    key: Key | None
    field: str
    kind: str
    expected: Any = None
    found: Any = None
    adopted: bool = False

    @property
    def identity(self) -> bytes:
        """The same bytes for the same difference, whichever stage shows it."""
        return canonical([self.table, self.key, self.field, self.kind, self.expected, self.found])


@dataclass(frozen=True, slots=True)
class Original:
    """The source in normal form: table → rows as clients should see them, and table → key members."""

    tables: Mapping[str, Sequence[Row]]
    keys: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class StageResult:
    """What was found at one stage. `skipped` says why nobody looked, if so."""

    stage: str
    tables: int = 0
    rows: int = 0
    differences: Sequence[Difference] = ()
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class ParityReport:
    """All stages in the order in which data pass them."""

    stages: Sequence[StageResult]

    @property
    def equal(self) -> bool:
        """Whether every stage that was looked at shows what the source says."""
        return not any(stage.differences for stage in self.stages)


def stage_result(stage: str, tables: Mapping[str, Any], differences: Iterable[Difference]) -> StageResult:
    """Count what a stage showed, and report each difference once."""
    lists = [rows for rows in tables.values() if isinstance(rows, list)]
    unique = {difference.identity: difference for difference in differences}
    return StageResult(stage, len(tables), sum(map(len, lists)), tuple(unique.values()))


def digest_of(rows: Any) -> str:
    """Return the digest of a table's rows: SHA-256 of their canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical(rows)).hexdigest()


def spelling_problems(table: Table, file: str) -> list[Problem]:
    """Report columns that clients could not tell apart: one would hide the other from every comparison."""
    first: dict[str, str] = {}
    return [
        Problem(file, 0, pointer(column.name), "ambiguous_column", f"{other} is {camel_case(other)} too")
        for column in table.columns
        if (other := first.setdefault(camel_case(column.name), column.name)) != column.name
    ]


def normal_rows(table: Table, rows: Sequence[Row], defaults: Sequence[Row]) -> list[Row]:
    """Return the source rows of a table as clients should see them.

    `defaults` has for each row what the columns hold that it leaves out; values that a row gives are
    never replaced. Inactive rows are left out, and so is the bookkeeping; rows are in the table's order.
    """
    columns = [column.name for column in table.columns if column.name not in BOOKKEEPING]
    shown = [
        client_row({column: row.get(column, default.get(column)) for column in columns})
        for row, default in zip(rows, defaults, strict=True)
        if row.get("is_active", default.get("is_active", True))
    ]
    order = [camel_case(column) for column in table.order]
    return sorted(shown, key=lambda row: [_place(row[member]) for member in order])


def _place(value: Any) -> Any:
    """Order values as PostgreSQL does with `collate "C"`: text by code point, null last."""
    if value is None:
        return 3, 0
    if isinstance(value, str):
        return 2, value
    return (1, value) if isinstance(value, int | float) else (2, canonical(value).decode())


def original_of(
    tables: Mapping[str, Table], files: Mapping[str, SourceFile], defaults: Mapping[str, Sequence[Row]]
) -> Original:
    """Bring valid source files into normal form; one whose table nobody knows is taken as it is."""
    return Original(
        {
            name: normal_rows(tables[name], file.rows, defaults[name])
            if name in tables
            else [client_row(row) for row in file.rows]
            for name, file in files.items()
        },
        {name: [camel_case(column) for column in table.key] for name, table in tables.items()},
    )


def compare_tables(original: Original, found: Any) -> Iterator[Difference]:
    """Yield every difference between the source and the tables of a stage: name → rows in order."""
    if not isinstance(found, Mapping):
        yield Difference(None, None, "/tables", "type", {}, found)
        return
    for name, rows in original.tables.items():
        if name in found:
            yield from compare_rows(name, original.keys.get(name, ()), rows, found[name])
        else:
            yield Difference(name, None, "", "missing_table", len(rows), None)
    for name in sorted(found.keys() - original.tables.keys()):
        yield Difference(name, None, "", "extra_table", None, found[name])


def compare_rows(table: str, key: Sequence[str], expected: Sequence[Row], found: Any) -> Iterator[Difference]:
    """Yield every difference between the rows of one table, in the order of the source."""
    if not isinstance(found, list):
        yield Difference(table, None, "", "type", [], found)
        return
    wanted = _by_key(key, expected)
    there = _by_key(key, [row for row in found if _has_key(row, key)])
    for identity, (row_key, row) in wanted.items():
        if identity in there:
            for field, kind, one, other in value_differences(row, there[identity][1]):
                yield Difference(table, row_key, field, kind, one, other)
        else:
            yield Difference(table, row_key, "", "missing_row", row, None)
    yield from _surplus(table, key, wanted, found)
    common = [identity for identity in there if identity in wanted]
    yield from _misplaced(
        table, {identity: wanted[identity][0] for identity in wanted if identity in there}, common
    )


def _surplus(
    table: str, key: Sequence[str], wanted: Mapping[bytes, Any], found: list[Any]
) -> Iterator[Difference]:
    seen = set()
    for index, row in enumerate(found):
        if not _has_key(row, key):
            yield Difference(table, None, f"/{index}", "unreadable_row", None, row)
            continue
        row_key = tuple(row[member] for member in key)
        identity = canonical(row_key or row)
        if identity in seen:
            yield Difference(table, row_key, "", "duplicate_row", None, row)
        elif identity not in wanted:
            yield Difference(table, row_key, "", "extra_row", None, row)
        seen.add(identity)


def _has_key(row: Any, key: Sequence[str]) -> bool:
    return isinstance(row, dict) and all(member in row for member in key)


def _by_key(key: Sequence[str], rows: Sequence[Row]) -> dict[bytes, tuple[Key, Row]]:
    """Index rows by canonical bytes, for to Python 1 and true are the same key; the first of a key counts."""
    found: dict[bytes, tuple[Key, Row]] = {}
    for row in rows:
        row_key = tuple(row[member] for member in key)
        found.setdefault(canonical(row_key or row), (row_key, row))
    return found


def _misplaced(table: str, wanted: Mapping[bytes, Key], found: Sequence[bytes]) -> Iterator[Difference]:
    """Name the fewest rows that would have to move, each with the key that it follows there and here."""
    before = dict(zip(wanted, [None, *wanted.values()], strict=False))
    place = {identity: index for index, identity in enumerate(wanted)}
    kept = _longest_rise([place[identity] for identity in found])
    previous: Key | None = None
    for identity in found:
        if place[identity] not in kept:
            yield Difference(table, wanted[identity], "", "order", before[identity], previous)
        previous = wanted[identity]


def _longest_rise(places: Sequence[int]) -> set[int]:
    """Return the longest rising subsequence of different numbers."""
    ends: list[int] = []
    chains: list[tuple[int, Any]] = []
    for place in places:
        at = bisect_left(ends, place)
        chain = (place, chains[at - 1] if at else None)
        ends[at : at + 1], chains[at : at + 1] = [place], [chain]
    kept, link = set(), chains[-1] if chains else None
    while link is not None:
        kept.add(link[0])
        link = link[1]
    return kept


def value_differences(expected: Any, found: Any, where: str = "") -> Iterator[tuple[str, str, Any, Any]]:
    """Yield (JSON pointer, kind, expected, found) for everything in which two JSON values differ."""
    kind = _kind(expected)
    if kind != _kind(found):
        yield where, "type", expected, found
    elif kind in {"object", "array"}:
        ours, theirs = _members(expected), _members(found)
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            inside = where + pointer(name)
            if name not in theirs:
                yield inside, "missing_field", ours[name], None
            elif name not in ours:
                yield inside, "extra_field", None, theirs[name]
            else:
                yield from value_differences(ours[name], theirs[name], inside)
    elif expected != found:
        yield where, "value", expected, found


def _members(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {name: value[name] for name in sorted(value)}
    return {str(index): item for index, item in enumerate(value)}


def _kind(value: Any) -> str:
    """Name the JSON type of a value; it has one type for 1 and 1.0, and another for true."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, list | tuple):
        return "array"
    return "text" if isinstance(value, str) else "number"


def mark_adopted(differences: Iterable[Difference], rows: Mapping[str, Sequence[Key]]) -> list[Difference]:
    """Mark the differences of rows that the database calls an administrator's: table → keys."""
    held = {(table, canonical(key)) for table, keys in rows.items() for key in keys}
    return [
        replace(difference, adopted=(difference.table, canonical(difference.key)) in held)
        for difference in differences
    ]


def mark_known(differences: Iterable[Difference], known: Iterable[Difference]) -> list[Difference]:
    """Mark what is the very difference that an administrator's row has in the database already."""
    adopted = {difference.identity for difference in known if difference.adopted}
    return [replace(difference, adopted=difference.identity in adopted) for difference in differences]
