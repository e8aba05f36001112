"""What can be wrong with the rows of one source file, looked at alone."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from wildside.domain.reference import Column, Key, Row, Table, show_key
from wildside.domain.source import Pairs, Problem, SourceFile, pointer

_INTEGER_LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
_DEEPEST = 500
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBERS = {"double precision", "real", "numeric"}

Finding = tuple[str, str, str]
"""(JSON pointer within the row, code, message)."""


def row_problems(table: Table, file: SourceFile) -> list[Problem]:
    """Return everything wrong with a file's rows that needs no other table to see."""
    if not file.rows:
        return [
            Problem(
                file.name,
                0,
                "",
                "empty_source",
                "the file has no rows; nothing is deprecated for it",
            )
        ]
    problems = [
        Problem(file.name, number, *finding)
        for number, row in enumerate(file.rows, start=1)
        for finding in _row_findings(table, row)
    ]
    return problems + _duplicate_keys(table, file) + _sort_ties(table, file)


def _row_findings(table: Table, row: Any) -> Iterator[Finding]:
    if isinstance(row, Pairs):
        yield from _repeated("", row)
        row = row.value
    if not isinstance(row, dict):
        yield "", "wrong_type", f"a row is an object, not {_kind(row)}"
        return
    known = {column.name: column for column in table.columns}
    for name in row.keys() - known.keys():
        yield (
            pointer(name),
            "unknown_column",
            f"{table.name} has no column {name} for a source to give",
        )
    for column in table.columns:
        if column.name in row:
            yield from _value_findings(column, row[column.name])
        elif not column.nullable and not column.default:
            yield pointer(column.name), "missing_column", f"{column.name} is required"


def _value_findings(column: Column, value: Any) -> Iterator[Finding]:
    where = pointer(column.name)
    if value is None:
        if not column.nullable:
            yield where, "wrong_type", f"{column.name} may not be null"
        return
    expected = _mismatch(column.type, value)
    if expected:
        yield where, "wrong_type", f"expected {expected}, found {_kind(value)}"
    yield from _text_findings(where, value)


def _mismatch(sql_type: str, value: Any) -> str | None:
    """Return what was expected instead, or None when the value fits the SQL type."""
    if sql_type.endswith("[]"):
        fits = isinstance(value, list) and all(_mismatch(sql_type[:-2], item) is None for item in value)
        return None if fits else f"an array of {sql_type[:-2]}"
    if sql_type in {"json", "jsonb"}:
        return None
    if sql_type == "boolean":
        return None if isinstance(value, bool) else "true or false"
    if sql_type in _INTEGER_LIMITS:
        limit = _INTEGER_LIMITS[sql_type]
        fits = isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
        return None if fits else f"a whole number within {sql_type}"
    if sql_type in _NUMBERS:
        return None if isinstance(value, int | float) and not isinstance(value, bool) else "a number"
    return None if isinstance(value, str) else "text"


def _text_findings(where: str, value: Any, depth: int = 0) -> Iterator[Finding]:
    if depth > _DEEPEST:
        yield where[:200], "nested_too_deep", f"JSON may be nested {_DEEPEST} levels deep"
    elif isinstance(value, Pairs):
        yield from _repeated(where, value)
        yield from _text_findings(where, value.value, depth)
    elif isinstance(value, dict):
        for name, item in value.items():
            inside = where + pointer(name)
            yield from ((inside, code, message) for code, message in _unstorable(name))
            yield from _text_findings(inside, item, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _text_findings(f"{where}/{index}", item, depth + 1)
    else:
        yield from ((where, code, message) for code, message in _scalar_findings(value))


def _scalar_findings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield from _string_findings(value)
    elif isinstance(value, float) and not math.isfinite(value):
        yield "wrong_type", f"{value} is no number in JSON"


def _string_findings(text: str) -> Iterator[tuple[str, str]]:
    if text != text.strip():
        yield "untrimmed_text", "text begins or ends with white space"
    if text.strip().lower() == "null":
        yield "null_as_text", 'the text "null"; write null, or leave the column out'
    if text.lstrip()[:1] in {"{", "["} and _is_json(text):
        yield "json_as_text", "JSON inside a string; write it as JSON"
    yield from _unstorable(text)


def _unstorable(text: str) -> Iterator[tuple[str, str]]:
    if "\x00" in text:
        yield "nul_character", "PostgreSQL cannot store the character NUL"
    if not text.isascii() and _SURROGATE.search(text):
        yield "lone_surrogate", "half of a surrogate pair is not a character"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _repeated(where: str, pairs: Pairs) -> Iterator[Finding]:
    for name in pairs.repeated:
        yield where + pointer(name), "repeated_member", f"{name} is given more than once"


def _duplicate_keys(table: Table, file: SourceFile) -> list[Problem]:
    first: dict[Key, int] = {}
    problems = []
    for number, row in enumerate(file.rows, start=1):
        key = _values(row, table.key)
        if key is None:
            continue
        if first.setdefault(key, number) != number:
            message = f"{show_key(key)} is already the key of row {first[key]}"
            problems.append(Problem(file.name, number, pointer(table.key[0]), "duplicate_key", message))
    return problems


def _sort_ties(table: Table, file: SourceFile) -> list[Problem]:
    first: dict[Key, int] = {}
    problems = []
    for number, row in enumerate(file.rows, start=1):
        place = _values(row, table.sort_columns)
        if not place or row.get("is_active") is False:
            continue
        if first.setdefault(place, number) != number:
            message = f"row {first[place]} has the same {', '.join(table.sort_columns)}"
            problems.append(Problem(file.name, number, pointer(table.sort_columns[-1]), "sort_tie", message))
    return problems


def _values(row: Row | Any, columns: tuple[str, ...]) -> Key | None:
    """Return the values of the columns, or None where the row has none that can be compared."""
    values = tuple(row.get(column) for column in columns) if isinstance(row, dict) else ()
    scalar = all(isinstance(value, str | int | float | bool) for value in values)
    return values if values and scalar else None


def _kind(value: Any) -> str:
    kinds = {
        dict: "an object",
        list: "an array",
        str: "text",
        bool: "true or false",
        Pairs: "an object",
    }
    return "null" if value is None else kinds.get(type(value), f"the number {value}")
