"""Migration files as the toolkit sees them: text, rollback and the directives at the top.

yoyo reads `-- depends:` and `-- transactional:`; the others are ours and only comments to yoyo.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

ROLLBACK = ".rollback.sql"

_DIRECTIVE = re.compile(r"--\s*([a-z-]+):\s*(.*?)\s*")
"""As yoyo takes it: lower case, in a line comment before the first SQL."""

NAME = re.compile(r"[a-z]+(_[a-z0-9]+)*")
"""What a migration may be called after its number."""

KNOWN_DIRECTIVES = ("depends", "transactional", "phase", "closes", "irreversible")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong in a file. Lines count from 1; 0 is the file as a whole."""

    file: str
    line: int
    rule: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration. `directives` are name → (value, line) as they stand, right or wrong.

    `text` and `rollback` have line feeds only; `rollback` is None where there is no such file.
    """

    id: str
    text: str
    rollback: str | None
    directives: Mapping[str, tuple[str, int]]

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.id}.sql"

    @property
    def rollback_file(self) -> str:
        """The name that the file which undoes it has, or would have."""
        return f"{self.id}{ROLLBACK}"

    @property
    def depends(self) -> tuple[str, ...]:
        """Ids of migrations that have to come before."""
        return tuple(self._value("depends").split())

    @property
    def transactional(self) -> bool:
        """Whether it runs in a transaction of its own, as it does unless it says otherwise."""
        return self._value("transactional") != "false"

    @property
    def irreversible(self) -> str | None:
        """Why it cannot be undone, where it says so."""
        return self._value("irreversible") or None

    @property
    def digest(self) -> str:
        """SHA-256 of its text, 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def _value(self, name: str) -> str:
        return self.directives.get(name, ("", 0))[0]


@dataclass(frozen=True, slots=True)
class MigrationFolder:
    """All migrations in order of their ids, and the names of files that are none."""

    migrations: Sequence[Migration]
    strays: Sequence[str] = ()

    def named(self, migration_id: str) -> Migration | None:
        """Return a migration by its id."""
        return next((one for one in self.migrations if one.id == migration_id), None)


def parse_migration(migration_id: str, text: str, rollback: str | None) -> Migration:
    """Read the directives of a file."""
    return Migration(migration_id, text, rollback, directives_of(text))


def directives_of(text: str) -> dict[str, tuple[str, int]]:
    """Return the directives that stand in the line comments before the first SQL."""
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("--"):
            break
        match = _DIRECTIVE.fullmatch(stripped)
        if match and match[1] in KNOWN_DIRECTIVES:
            found.setdefault(match[1], (match[2], number))
    return found


def new_migration(before: MigrationFolder, noun: str, phase: str | None, closes: str | None) -> Migration:
    """Return the next migration, to be filled in."""
    last = before.migrations[-1].id
    number = int(last.partition(".")[0]) + 1
    lines = ["-- What it is for.", f"-- depends: {last}"]
    lines += [f"-- phase: {phase}"] if phase else []
    lines += [f"-- closes: {closes}"] if closes else []
    text = "\n".join([*lines, "", "set local lock_timeout = '2s';", ""])
    return parse_migration(f"{number:04}.{noun}", text, "set local lock_timeout = '2s';\n")
