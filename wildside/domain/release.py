"""A reference release: its token, its canonical bytes and its entity tags.

The same content at the same version is the same bytes on every node: nothing here reads a clock,
and JSON is canonical: UTF-8, members sorted by code point, no white space.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from wildside.domain.reference import Row

SCHEMA_VERSION = 1
"""The contract of the payload's shape. Raise it by hand when a client must change to read it."""

_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Version:
    """A place in the line of versions. Equal versions hold equal content."""

    epoch: str
    number: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TableContent:
    """The active rows of a table in their order, and the version that last changed it."""

    version: int
    last_updated: datetime
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Content:
    """What one snapshot of the database held."""

    version: Version
    tables: Mapping[str, TableContent]


@dataclass(frozen=True, slots=True)
class Body:
    """A representation: its bytes and its strong entity tag, quoted (RFC 9110, section 8.8.3)."""

    content: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Release:
    """A version ready to be served: every body it has."""

    version: Version
    token: str
    summary: Body
    bootstrap: Body
    tables: Mapping[str, Body]


def canonical(value: Any) -> bytes:
    """Encode a JSON value so that equal values are equal bytes."""
    return _encode(value)


def camel_case(name: str) -> str:
    """Spell a column's name as clients read it: sort_order → sortOrder."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def rfc_3339(moment: datetime) -> str:
    """Render a moment in UTC with microseconds and Z (RFC 3339)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def build_release(content: Content) -> Release:
    """Build every body of a release from the content of one snapshot."""
    tables = {
        name: [{camel_case(column): value for column, value in row.items()} for row in table.rows]
        for name, table in content.tables.items()
    }
    digest = hashlib.sha256(canonical(tables)).hexdigest()[:16]
    version = content.version
    token = f"{version.epoch}.{version.number}-{digest}"
    wrapper = {
        "schemaVersion": SCHEMA_VERSION,
        "referenceVersion": token,
        "generatedAt": rfc_3339(version.created_at),
    }
    summary = {
        name: {
            "version": table.version,
            "lastUpdated": rfc_3339(table.last_updated),
            "rows": len(table.rows),
        }
        for name, table in content.tables.items()
    }
    return Release(
        version=version,
        token=token,
        summary=_body({**wrapper, "tables": summary}),
        bootstrap=_body({**wrapper, "tables": tables}),
        tables={name: _body({**wrapper, "tables": {name: rows}}) for name, rows in tables.items()},
    )


def _body(value: Any) -> Body:
    content = canonical(value)
    return Body(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
