"""What only the text of migrations knows: where a table was made, and which question an index answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wildside.domain.migration_files import MigrationFolder

_CREATE = re.compile(
    r"\s*create (?:or replace )?(?:unique )?(table|index|view|function|procedure)"
    r'(?: concurrently)?(?: if not exists)? (?:public\.)?(?:"((?:[^"]|"")+)"|(\w+))',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was created, and the comment line right above."""

    file: str
    line: int
    remark: str | None


def created(folder: MigrationFolder) -> Mapping[tuple[str, str], Place]:
    """Return the last place that creates each (kind, name)."""
    found: dict[tuple[str, str], Place] = {}
    for migration in folder.migrations:
        above = ""
        for number, line in enumerate(migration.text.split("\n"), start=1):
            match = _CREATE.match(line)
            if match:
                name = match[2].replace('""', '"') if match[2] else match[3].lower()
                remark = above.removeprefix("--").strip() if above.startswith("--") else None
                found[match[1].lower(), name] = Place(migration.file, number, remark or None)
            above = line
    return found
