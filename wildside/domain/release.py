"""A reference release: its token, its canonical bytes and its entity tags.

The same content at the same version is the same bytes on every node: nothing here reads a clock,
and JSON is canonical: UTF-8, members sorted by code point, no white space.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec

from wildside.domain.reference import Link, Row
from wildside.domain.release_shapes import TableSummaryJson, WrapperJson

SCHEMA_VERSION = 1
"""The contract of the payload's shape. Raise it by hand when a client must change to read it."""

_EXACT = 2**53
"""Whole numbers below this are the same in a double and in an integer."""

_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Version:
    """A place in the line of versions. Equal versions hold equal content."""

    epoch: str
    number: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TableContent:
    """The active rows of a table in their order, and the version that last changed it.

    `key` and `order` are its columns by which rows are told apart and sorted, `links` its parents.
    """

    version: int
    last_updated: datetime
    rows: Sequence[Row]
    key: Sequence[str] = ()
    order: Sequence[str] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What one snapshot of the database held."""

    version: Version
    tables: Mapping[str, TableContent]


@dataclass(frozen=True, slots=True)
class Body:
    """A representation: its bytes and its strong entity tag, quoted (RFC 9110, section 8.8.3).

    `mode` is of what tells a client what it lacks: none, delta or full.
    """

    content: bytes
    etag: str
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A version ready to be served: every body it has, and what differences to it are made of."""

    version: Version
    token: str
    summary: Body
    bootstrap: Body
    tables: Mapping[str, Body]
    digests: Mapping[str, str]
    """table → SHA-256 of its canonical rows, hexadecimal"""
    content: Content


def canonical(value: Any) -> bytes:
    """Encode a JSON value so that equal values are equal bytes."""
    return _encode(value)


@cache
def camel_case(name: str) -> str:
    """Spell a column's name as clients read it: sort_order → sortOrder."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def rfc_3339(moment: datetime) -> str:
    """Render a moment in UTC with microseconds and Z (RFC 3339, section 5.6)."""
    # Not by strftime, which writes the year 999 with three digits.
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def client_row(row: Row) -> dict[str, Any]:
    """Spell a row as clients read it, numbers included: 1.0 is 1, as in every other language's JSON."""
    return {camel_case(column): plain(value) for column, value in row.items()}


def plain(value: Any) -> Any:
    """Write whole numbers without a point, at any depth of a JSON value."""
    if isinstance(value, str):  # as most are
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def wrapper(version: Version, token: str) -> WrapperJson:
    """Return the members that every body of a release begins with."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "referenceVersion": token,
        "generatedAt": rfc_3339(version.created_at),
    }


def build_release(content: Content) -> Release:
    """Build every body of a release from the content of one snapshot."""
    # Written once, and as it stands into whatever it is part of.
    tables = {
        name: msgspec.Raw(canonical([client_row(row) for row in table.rows]))
        for name, table in content.tables.items()
    }
    digests = {name: hashlib.sha256(rows).hexdigest() for name, rows in tables.items()}
    digest = hashlib.sha256(canonical(tables)).hexdigest()[:16]
    token = f"{content.version.epoch}.{content.version.number}-{digest}"
    about = wrapper(content.version, token)
    summary: dict[str, TableSummaryJson] = {
        name: {
            "version": table.version,
            "lastUpdated": rfc_3339(table.last_updated),
            "rows": len(table.rows),
            "digest": digests[name],
        }
        for name, table in content.tables.items()
    }
    return Release(
        version=content.version,
        token=token,
        summary=as_body({**about, "tables": summary}),
        bootstrap=as_body({**about, "digests": digests, "tables": tables}),
        tables={
            name: as_body({**about, "digests": {name: digests[name]}, "tables": {name: rows}})
            for name, rows in tables.items()
        },
        digests=digests,
        content=content,
    )


def as_body(value: Any) -> Body:
    """Encode a JSON value as a representation with its entity tag."""
    return body_of(canonical(value))


def body_of(content: bytes) -> Body:
    """Return some bytes as a representation with its entity tag."""
    return Body(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
