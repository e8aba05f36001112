"""What the commands of `wildside db` need from outside, by noun; `wildside/toolkit.py` fills it in.

What a function does stands at the function itself, in `wildside/outbound`. Where a scratch database is
needed, the URL is that of a server to make it on, None for one of our own, and the path is that of
PostgreSQL's programs.
"""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wildside.config import DatabaseUrl
from wildside.domain.areas import Area
from wildside.domain.catalogue import Catalogue
from wildside.domain.diagnosis import Space, Vitals
from wildside.domain.grants import Grants
from wildside.domain.migrating import ApplyOrder, Done, RollbackOrder
from wildside.domain.migration_files import Finding, Migration, MigrationFolder
from wildside.domain.migration_plan import PlannedMigration
from wildside.domain.migration_status import MigrationStatus
from wildside.domain.roundtrip import Trip

Tell = Callable[[str], None]


class Migrator(Protocol):
    """Applies and takes back the migrations of one folder in one database."""

    def apply(self, order: ApplyOrder) -> Sequence[Done]:
        """Apply what is pending."""
        ...

    def rollback(self, order: RollbackOrder) -> Sequence[Done]:
        """Take back what was applied last."""
        ...


@dataclass(frozen=True, slots=True)
class MigrationFiles:
    """Migrations in a folder."""

    read: Callable[[Path], MigrationFolder]
    write: Callable[[Path, Migration], Sequence[Path]]
    check: Callable[[Path], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Migrations:
    """Migrations in a database. A migrator has a folder of repeatable files too, or None."""

    migrator: Callable[[DatabaseUrl, Path, Tell, Path | None], Migrator]
    status: Callable[[DatabaseUrl, MigrationFolder], MigrationStatus]
    plan: Callable[[DatabaseUrl, MigrationFolder], Sequence[PlannedMigration]]
    try_plan: Callable[
        [DatabaseUrl, MigrationFolder, Sequence[PlannedMigration], DatabaseUrl | None, Path | None],
        Sequence[PlannedMigration],
    ]
    verify: Callable[[DatabaseUrl, MigrationFolder, Path | None, Path | None], Sequence[Finding]]
    bless: Callable[[DatabaseUrl, MigrationFolder, str, str, str], None]


@dataclass(frozen=True, slots=True)
class Schema:
    """What migrations make, in a scratch database."""

    migrated: Callable[[Path, DatabaseUrl | None, Path | None], AbstractContextManager[DatabaseUrl]]
    dump: Callable[[Path, DatabaseUrl | None, Path | None], str]
    round_trips: Callable[[Path, str | None, DatabaseUrl | None, Path | None], Generator[Trip, None, None]]
    catalogue: Callable[[DatabaseUrl], Catalogue]


@dataclass(frozen=True, slots=True)
class Pages:
    """Files that are generated, and what they are made from and drawn with."""

    areas: Callable[[Path], Sequence[Area]]
    read: Callable[[Path, str, Collection[str]], Mapping[str, str]]
    replace: Callable[[Path, Mapping[str, str], Collection[str]], None]
    drawer: str
    draw: Callable[[Mapping[str, str], Tell], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Repeatables:
    """Files that run again when they have changed."""

    remembered: Callable[[DatabaseUrl], bool]
    pending: Callable[[DatabaseUrl, Path], Sequence[str]]
    apply: Callable[[DatabaseUrl, Path, Tell, Tell, float], int]


@dataclass(frozen=True, slots=True)
class Roles:
    """Roles, and what they may do."""

    apply: Callable[[DatabaseUrl, str], None]
    grants: Callable[[DatabaseUrl], Grants]
    granted: Callable[[Path, DatabaseUrl | None, Path | None], AbstractContextManager[DatabaseUrl]]


@dataclass(frozen=True, slots=True)
class Server:
    """A database server, the disk of its data, and whether a pooler stands in front of it."""

    vitals: Callable[[DatabaseUrl], Vitals]
    space: Callable[[Vitals], Space | None]
    pooled: Callable[[DatabaseUrl], bool]


@dataclass(frozen=True, slots=True)
class DatabaseToolbox:
    """All of them."""

    files: MigrationFiles
    migrations: Migrations
    schema: Schema
    pages: Pages
    repeatables: Repeatables
    roles: Roles
    server: Server
