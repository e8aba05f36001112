"""What a provider answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from wildside.client.release import SCHEMA_VERSION, Release, Row, digest_of

Value = TypeVar("Value")
Other = TypeVar("Other")

Source = Literal["network", "memory", "disk", "packaged"]
"""network: the backend sent or confirmed it just now; memory: it did so earlier, to this process;
disk: it did so to an earlier process; packaged: it came with the app."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """A value, and how much it may be trusted to be the newest.

    `version` is the token of the release it comes from. `age` is the time since the backend last
    said that this is its newest release, in seconds; None if it never did, as for packaged data.
    `stale` says that the backend should have been asked and gave no answer.
    """

    value: Value
    source: Source
    version: str
    age: float | None
    stale: bool

    def carrying(self, value: Other) -> "Answer[Other]":
        """Return the same answer with another value."""
        return Answer(value, self.source, self.version, self.age, self.stale)


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """All of a release: table → its rows in order. `generated_at` is RFC 3339 in UTC."""

    schema_version: int
    reference_version: str
    generated_at: str
    tables: Mapping[str, list[Row]]


@dataclass(frozen=True, slots=True)
class TableSummary:
    """How many rows a table has, and the SHA-256 of its canonical JSON, 64 hexadecimal digits."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Version:
    """Which release it is and what its tables are, without their rows."""

    schema_version: int
    reference_version: str
    generated_at: str
    tables: Mapping[str, TableSummary]


def bootstrap_of(release: Release) -> Bootstrap:
    """Decode a release; the rows belong to whoever asked."""
    tables = {name: release.rows(name) for name in sorted(release.tables)}
    return Bootstrap(SCHEMA_VERSION, release.token, release.generated_at, tables)


def version_of(release: Release) -> Version:
    """Summarise a release."""
    tables = {
        name: TableSummary(len(release.rows(name)), digest_of(table))
        for name, table in sorted(release.tables.items())
    }
    return Version(SCHEMA_VERSION, release.token, release.generated_at, tables)
