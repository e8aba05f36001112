"""Areas of the schema: which tables a person looks at together, as `sql/areas.toml` declares them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wildside.domain.command_errors import AreasInvalid
from wildside.domain.migration_files import Finding

_NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_MEMBERS = {"title", "tables", "bookkeeping"}
TAKEN = ("wildside", "overview")
"""What areas cannot be called: the pictures of all tables are."""


@dataclass(frozen=True, slots=True)
class Area:
    """Tables that belong together. Those of `bookkeeping` stay out of the pictures of the whole."""

    name: str
    title: str
    tables: Sequence[str]
    bookkeeping: bool = False


def parse_areas(declared: Mapping[str, Any]) -> list[Area]:
    """Read a declaration, `[area]` with `title`, `tables` and `bookkeeping`. Raises AreasInvalid."""
    problems = [problem for name, one in declared.items() for problem in _problems(name, one)]
    if problems:
        raise AreasInvalid(problems)
    return [
        Area(name, one["title"], one["tables"], one.get("bookkeeping", False))
        for name, one in declared.items()
    ]


def area_findings(areas: Sequence[Area], tables: Sequence[str], file: str) -> list[Finding]:
    """Say which tables are in no area or in several, and which names are of no table."""
    declared = Counter(table for area in areas for table in area.tables)
    lost = [f"table {name} is in no area" for name in tables if name not in declared]
    twice = [f"table {name} is named {count} times" for name, count in declared.items() if count > 1]
    unknown = [f"there is no table {name}" for name in declared if name not in tables]
    return [Finding(file, 0, "areas", message) for message in (*lost, *twice, *unknown)]


def _problems(name: str, one: Any) -> list[str]:
    if not isinstance(one, dict):
        return [f"{name}: not an area, as [{name}] would begin it"]
    found = [f"{name}: {member}: not known" for member in sorted(one.keys() - _MEMBERS)]
    if not _NAME.fullmatch(name) or name in TAKEN:
        found.append(
            f"{name}: the name of an area is lower case with hyphens, and none of {', '.join(TAKEN)}"
        )
    if not isinstance(one.get("title"), str):
        found.append(f"{name}: title: a text is missing")
    tables = one.get("tables")
    if not isinstance(tables, list) or not all(isinstance(table, str) for table in tables):
        found.append(f"{name}: tables: a list of names is missing")
    if not isinstance(one.get("bookkeeping", False), bool):
        found.append(f"{name}: bookkeeping: neither true nor false")
    return found
