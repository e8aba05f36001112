"""Repeatable files: SQL that says what shall be, and runs again whenever that has changed."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

_AFTER_MIGRATIONS = "-- rerun: after migrations"


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A file; `text` has line feeds only."""

    name: str
    text: str

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.sql"

    @property
    def digest(self) -> str:
        """SHA-256 of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def follows_migrations(self) -> bool:
        """Whether it depends on what there is, and so on which migrations are applied."""
        head = (line for line in self.text.split("\n") if line.strip())
        for line in head:
            if not line.startswith("--"):
                return False
            if line.strip() == _AFTER_MIGRATIONS:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Run:
    """How a file ran the last time."""

    digest: str
    migrations: str


def digest_of(migrations: Collection[str]) -> str:
    """Return a name for a set of applied migrations."""
    return hashlib.sha256("\n".join(sorted(migrations)).encode()).hexdigest()


def outdated(files: Sequence[Repeatable], runs: Mapping[str, Run], migrations: str) -> list[Repeatable]:
    """Return the files that have to run, in order of their names."""
    return [
        file
        for file in sorted(files, key=lambda one: one.name)
        if _differs(file, runs.get(file.name), migrations)
    ]


def _differs(file: Repeatable, run: Run | None, migrations: str) -> bool:
    if run is None or run.digest != file.digest:
        return True
    return file.follows_migrations and run.migrations != migrations
