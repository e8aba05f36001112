"""SQL read by PostgreSQL's own parser, where the `toolkit` extra is installed."""

import hashlib
from types import ModuleType

from wildside.domain.migration_files import Migration
from wildside.domain.migration_history import Checksum


def checksum(migration: Migration) -> Checksum:
    """Return the checksums of a file as it is now."""
    canonical = canonical_sql(migration.text)
    statements = hashlib.sha256(canonical.encode()).hexdigest() if canonical is not None else None
    return Checksum(migration.digest, statements)


def canonical_sql(text: str) -> str | None:
    """Return the statements in one form, without comments; None without a parser, or if it cannot read them.

    Not `pglast.fingerprint`, which leaves out literals: a changed default would pass.
    """
    pglast = _pglast()
    if pglast is None:
        return None
    from pglast.stream import RawStream  # noqa: PLC0415

    try:
        return str(RawStream()(text))
    except (pglast.parser.ParseError, NotImplementedError):
        return None


def created_relations(text: str) -> list[str]:
    """Return the tables, views, sequences and indexes that a file creates, as `to_regclass` reads them."""
    pglast = _pglast()
    if pglast is None:
        return []
    try:
        statements = [raw.stmt for raw in pglast.parse_sql(text)]
    except pglast.parser.ParseError:
        return []
    return [name for each in statements if (name := _created(each))]


def _created(statement: object) -> str | None:
    kind = type(statement).__name__
    if kind == "IndexStmt":
        schema, name = statement.relation.schemaname, statement.idxname  # type: ignore[attr-defined]
    elif kind in {"CreateStmt", "CreateSeqStmt"}:
        relation = getattr(statement, "relation", None) or statement.sequence  # type: ignore[attr-defined]
        schema, name = relation.schemaname, relation.relname
    elif kind == "ViewStmt" and not statement.replace:  # type: ignore[attr-defined]
        schema, name = statement.view.schemaname, statement.view.relname  # type: ignore[attr-defined]
    else:
        return None
    return ".".join(_quoted(part) for part in (schema, name) if part) if name else None


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _pglast() -> ModuleType | None:
    try:
        import pglast  # noqa: PLC0415 - optional: `wildside up` works without it
    except ImportError:
        return None
    module: ModuleType = pglast
    return module
