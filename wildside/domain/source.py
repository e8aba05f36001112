"""The source of a seed: a manifest, one file of rows a table, and the declared renames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from wildside.domain.reference import Key, Row


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a source, with where: file, row from 1 (0: the file), JSON pointer."""

    file: str
    row: int
    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        line = f"{self.file}:{self.row}:{self.pointer}: {self.code}: {self.message}"
        # Half a surrogate pair can be reported, but not printed.
        return line.encode("utf-8", "backslashreplace").decode()


@lru_cache(4096)
def pointer(*members: str) -> str:
    """Return the JSON pointer to a member (RFC 6901, section 3)."""
    return "".join("/" + member.replace("~", "~0").replace("/", "~1") for member in members)


class TableEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table in the manifest."""

    name: str
    max_shrink: float | None = None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The reference tables in seed order, parents first.

    `max_shrink` is the share of its active seed rows that a table may lose in one seed.
    `object_keys` names columns whose JSON objects must have keys of a table: column → table.
    """

    table: list[TableEntry]
    max_shrink: float = 0.2
    object_keys: dict[str, str] = {}
    renames: str = "renames.json"

    @property
    def order(self) -> list[str]:
        """Table names in seed order."""
        return [entry.name for entry in self.table]

    def shrink_limit(self, table: str) -> float:
        """The share of its active seed rows that this table may lose in one seed."""
        own = next((entry.max_shrink for entry in self.table if entry.name == table), None)
        return self.max_shrink if own is None else own


@dataclass(frozen=True, slots=True)
class Rename:
    """A declared change of a key. `new` is None where a row was retired, not renamed."""

    table: str
    old: Key
    new: Key | None
    row: int


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The rows of one table as its file gives them."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Source:
    """Everything a seed reads. `problems` holds what went wrong while reading it."""

    manifest: Manifest
    files: Mapping[str, SourceFile]
    renames: Sequence[Rename]
    digest: str
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Pairs:
    """A JSON object that gave a key more than once, which a dict would hide."""

    value: dict[str, Any]
    repeated: tuple[str, ...] = field(default=())


def parse_renames(file: str, rows: Sequence[Any]) -> tuple[list[Rename], list[Problem]]:
    """Parse `[{table, from, to}]`. A key is a text, or an array for a composite key; `to` may be null."""
    renames: list[Rename] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or set(row) != {"table", "from", "to"}:
            problems.append(Problem(file, number, "", "wrong_members", "a rename is {table, from, to}"))
            continue
        old, new = _as_key(row["from"]), None if row["to"] is None else _as_key(row["to"])
        if not all(isinstance(value, str | int) for value in (*old, *(new or ()))):
            problems.append(Problem(file, number, "", "wrong_type", "a key is a text, or an array of texts"))
            continue
        renames.append(Rename(str(row["table"]), old, new, number))
    return renames, problems


def _as_key(value: Any) -> Key:
    return tuple(value) if isinstance(value, list) else (value,)
