"""A release as the client holds it: a token, and every table as its canonical bytes.

Bytes rather than rows, because bytes cannot be changed by whoever reads them: what was verified
once stays verified, a table's digest is a hash of what is held, and each answer gets rows of its own.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from wildside.client.errors import NotIntact, SchemaMismatch

SCHEMA_VERSION = 1
"""The shape of the payload that this client reads."""

Row = dict[str, Any]
"""A row as JSON: member name → value, members spelled in camelCase."""

_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_EXACT = 2**53  # whole numbers below it are the same in a double and in an integer

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode_rows = msgspec.json.Decoder(list[Row]).decode

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Release:
    """A verified release. `tables` are name → canonical JSON of the table's array of rows, UTF-8.

    `generated_at` is RFC 3339, as the backend wrote it.
    """

    token: str
    generated_at: str
    tables: Mapping[str, bytes]

    def rows(self, table: str) -> list[Row]:
        """Decode a table's rows, anew at each call. Raises KeyError for an unknown table."""
        return _decode_rows(self.tables[table])


class _Schema(msgspec.Struct, rename="camel"):
    schema_version: int


class _Bootstrap(msgspec.Struct, rename="camel"):
    reference_version: str
    generated_at: str
    digests: dict[str, str]
    tables: dict[str, list[Row]]


def canonical(value: Any) -> bytes:
    """Encode a JSON value so that equal values are equal bytes; whole floats are written as integers.

    Raises NotIntact for what is nested too deeply.
    """
    try:
        return _encode(_with_whole_numbers(value))
    except RecursionError as error:
        raise NotIntact("the rows are nested too deeply") from error


def digest_of(table: bytes) -> str:
    """Return the digest of a table's canonical bytes: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(table).hexdigest()


def read_json(content: bytes, shape: type[Shape]) -> Shape:
    """Decode a payload into `shape`, a Struct.

    Raises SchemaMismatch if it says another schemaVersion, whatever else it holds, and NotIntact
    if it has none or another shape.
    """
    try:
        found = msgspec.json.decode(content, type=_Schema).schema_version
        if found != SCHEMA_VERSION:
            raise SchemaMismatch(found, SCHEMA_VERSION)
        return msgspec.json.decode(content, type=shape)
    except _UNREADABLE as error:
        raise NotIntact(f"the payload cannot be read: {error}") from error


def checked(release: Release) -> Release:
    """Return the release if its token's digest is that of its tables; else raise NotIntact.

    So a difference that says nothing of a table which has changed is found out too.
    """
    tables = _encode({name: msgspec.Raw(table) for name, table in release.tables.items()})
    if release.token.rpartition("-")[2] != hashlib.sha256(tables).hexdigest()[:16]:
        raise NotIntact("the tables together are not what their token says")
    return release


def parse_bootstrap(content: bytes) -> Release:
    """Read and verify the bytes of /bootstrap: each table must be what `digests` says.

    Raises SchemaMismatch and NotIntact.
    """
    payload = read_json(content, _Bootstrap)
    if payload.digests.keys() != payload.tables.keys():
        raise NotIntact("the digests are not those of the tables")
    tables = {name: canonical(rows) for name, rows in payload.tables.items()}
    wrong = sorted(name for name, table in tables.items() if digest_of(table) != payload.digests[name])
    if wrong:
        raise NotIntact(f"not what their digests say: {', '.join(wrong)}")
    return checked(Release(payload.reference_version, payload.generated_at, tables))


def bootstrap_bytes(release: Release) -> bytes:
    """Write a release as /bootstrap would; `parse_bootstrap` reads it back."""
    return _encode(
        {
            "schemaVersion": SCHEMA_VERSION,
            "referenceVersion": release.token,
            "generatedAt": release.generated_at,
            "digests": {name: digest_of(table) for name, table in release.tables.items()},
            "tables": {name: msgspec.Raw(table) for name, table in release.tables.items()},
        }
    )


def _with_whole_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_whole_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value
