"""What rules look at: files, their statements as a parser gives them, and the folder they stand in.

A statement's tree is what PostgreSQL's own parser makes of it, as JSON. Lines count from 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wildside.domain.migration_files import ROLLBACK, Migration

Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: the name of its node, the node, its first line, its text and where that begins."""

    kind: str
    tree: Tree
    line: int
    text: str = ""
    offset: int = 0
    """In bytes, as the locations in the tree are."""

    def line_of(self, location: int) -> int:
        """Return the line of a location in the tree."""
        inside = self.text.encode()[: max(location - self.offset, 0)]
        return self.line + inside.count(b"\n")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its marks, and the line it begins in."""

    text: str
    line: int

    @property
    def block(self) -> bool:
        """Whether it is one of /* these */."""
        return self.text.startswith("/*")


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword or an unquoted name, also of those in a function's body."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What yoyo sends to the server in one go: where it begins, and how many statements it is.

    `error` is what PostgreSQL's parser has against it.
    """

    line: int
    statements: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the parsers make of a text. `error` is a line and what is wrong there."""

    statements: Sequence[Statement] = ()
    comments: Sequence[Comment] = ()
    words: Sequence[Word] = ()
    pieces: Sequence[Piece] = ()
    error: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A file of a migration: its bytes, its text with line feeds only, and what parsers make of that."""

    name: str
    data: bytes
    text: str
    parsed: Parsed
    migration: Migration | None
    """The migration it belongs to; none for a rollback that stands alone."""

    @property
    def is_rollback(self) -> bool:
        """Whether it undoes a migration."""
        return self.name.endswith(ROLLBACK)

    @property
    def transactional(self) -> bool:
        """Whether yoyo runs it in a transaction; a rollback runs as its migration does."""
        return self.migration is None or self.migration.transactional

    @property
    def phase(self) -> str:
        """The value of `-- phase:`, or nothing."""
        return self.migration.directives.get("phase", ("", 0))[0] if self.migration else ""

    @property
    def lines(self) -> list[str]:
        """Its lines, without their ends."""
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class Folder:
    """All of it: SQL files by name, migrations in order, and the names of everything else."""

    files: Mapping[str, SqlFile]
    migrations: Sequence[Migration]
    others: Sequence[str] = field(default=())

    def position(self, migration_id: str) -> int | None:
        """Return where a migration stands in the order."""
        ids = [one.id for one in self.migrations]
        return ids.index(migration_id) if migration_id in ids else None
