"""Parity of answers: the bytes of HTTP and what a provider gives to an app, compared with the source."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from wildside.domain.delta import Token
from wildside.domain.errors import InvalidRequest
from wildside.domain.parity import Difference, Original, compare_tables, digest_of, value_differences
from wildside.domain.reference import Column, Row, Table
from wildside.domain.release import SCHEMA_VERSION, camel_case, canonical, client_row, plain
from wildside.domain.source import SourceFile

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_AROUND = 30  # how many bytes of a difference are quoted
_WRAPPER = ("schemaVersion", "referenceVersion", "generatedAt")

Document = Mapping[str, Any]
"""An answer as JSON; an empty one stands for what cannot be read."""


@dataclass(frozen=True, slots=True)
class AppView:
    """What an app got of a provider: by get_bootstrap, by get_table for each table, and by get_version.

    `summaries` is table → {rows, digest}. `error` is set where there was no answer.
    """

    source: str = ""
    stale: bool = False
    version: str = ""
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    single: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    summaries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    error: str | None = None


class _Served(msgspec.Struct):
    key: list[str]
    order: list[str]
    upserts: list[dict[str, Any]]


class _Changes(msgspec.Struct):
    tables: dict[str, _Served]


def known_by_changes(
    content: bytes, files: Mapping[str, SourceFile]
) -> tuple[dict[str, Table], dict[str, list[Row]]]:
    """Take the tables' keys and orders from a full answer of /changes, and what is left out from its rows.

    Returns the tables in the source's spelling, and table → what a row holds where the source leaves
    a column out. Raises ValueError for any other answer.
    """
    served = msgspec.json.decode(content, type=_Changes).tables
    tables = {name: _table(name, entry, files.get(name)) for name, entry in served.items()}
    return tables, {
        name: [_usual(tables[name], file.rows, served[name].upserts)] * len(file.rows)
        for name, file in files.items()
        if name in served
    }


def _table(name: str, served: _Served, file: SourceFile | None) -> Table:
    rows = [row for row in file.rows if isinstance(row, dict)] if file else []
    given = {camel_case(column): column for row in rows for column in row}
    members = dict.fromkeys([*given, *served.key, *(member for row in served.upserts for member in row)])
    key = tuple(given.get(member, member) for member in served.key)
    order = tuple(given.get(member, member) for member in served.order)
    columns = [column for row in rows for column in row]
    columns += [given.get(member, member) for member in members]
    # Any JSON fits: whether a value is of its column's type, only the catalogue knows.
    return Table(
        name,
        key,
        order,
        tuple(
            Column(column, "json", nullable=column not in key, default=column not in key)
            for column in dict.fromkeys(columns)
        ),
    )


def _usual(table: Table, rows: Sequence[Any], served: Sequence[Row]) -> Row:
    """Return what most served rows hold of a column where the source leaves it out: its default.

    A column that no source row gives must be null.
    """
    members = [camel_case(column) for column in table.key]
    by_key = {canonical([row.get(member) for member in members]): row for row in served}
    counts: dict[str, Counter[bytes]] = {}
    ours = [row for row in rows if isinstance(row, dict)]
    given = {column for row in ours for column in row}
    for row in ours:
        shown = by_key.get(canonical([plain(row.get(column)) for column in table.key]), {})
        for column in given - row.keys():
            if (member := camel_case(column)) in shown:
                counts.setdefault(column, Counter())[canonical(shown[member])] += 1
    return {
        column: msgspec.json.decode(min(found, key=lambda value: (-found[value], value != b"null", value)))
        for column, found in counts.items()
    }


def read_answer(content: bytes) -> tuple[Document, list[Difference]]:
    """Decode an answer. Whatever is not the canonical bytes of a JSON object is a difference."""
    try:
        document = msgspec.json.decode(content)
        wanted = canonical(plain(document))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return {}, [Difference(None, None, "", "unreadable", None, str(error))]
    if not isinstance(document, dict):
        return {}, [Difference(None, None, "", "type", {}, document)]
    if wanted == content:
        return document, []
    both = enumerate(zip(wanted, content, strict=False))
    at = next((index for index, (one, other) in both if one != other), min(len(wanted), len(content)))
    return document, [Difference(None, None, "", "bytes", _quote(wanted, at), _quote(content, at))]


def _quote(content: bytes, at: int) -> Mapping[str, Any]:
    quoted = content[at : at + _AROUND].decode(errors="backslashreplace")
    return {"length": len(content), "at": at, "bytes": quoted}


def compare_bootstrap(original: Original, document: Document) -> Iterator[Difference]:
    """Compare /bootstrap: its rows with the source, its digests and its token with its own rows."""
    tables = document.get("tables")
    yield from _compare_members(document, _about(document) | {"digests": _digests(tables)})
    yield from compare_tables(original, tables)


def compare_table(
    original: Original, name: str, document: Document, bootstrap: Document
) -> Iterator[Difference]:
    """Compare one table's answer: its rows with the source, all else with the bootstrap's answer."""
    of_bootstrap = bootstrap.get("tables")
    known = isinstance(of_bootstrap, Mapping) and name in of_bootstrap
    rows = of_bootstrap if known else document.get("tables")
    digests = {table: digest for table, digest in _digests(rows).items() if table == name}
    wrapper = {member: (bootstrap or document).get(member) for member in _WRAPPER}
    yield from _compare_members(document, wrapper | {"digests": digests})
    one = Original({name: original.tables[name]}, original.keys)
    yield from compare_tables(one, document.get("tables"))


def compare_version(original: Original, document: Document, bootstrap: Document) -> Iterator[Difference]:
    """Compare /version: its counts and digests with the source, its token with the bootstrap's."""
    yield from _compare_members(
        document, {member: (bootstrap or document).get(member) for member in _WRAPPER}
    )
    found = document.get("tables")
    if not isinstance(found, Mapping):
        yield Difference(None, None, "/tables", "type", {}, found)
        return
    counts = {name: {"rows": len(rows), "digest": digest_of(rows)} for name, rows in original.tables.items()}
    for name in [*counts, *sorted(found.keys() - counts.keys())]:
        yield from _compare_summary(name, counts.get(name), found.get(name), ("version", "lastUpdated"))


def _compare_summary(
    name: str, expected: Mapping[str, Any] | None, found: Any, more: Sequence[str] = ()
) -> Iterator[Difference]:
    if expected is None or found is None:
        kind = "extra_table" if expected is None else "missing_table"
        yield Difference(name, None, "", kind, None if expected is None else expected["rows"], found)
        return
    # When a table changed last, and in which version, is for the source to be told, not to say.
    told = {member: found[member] for member in more if isinstance(found, Mapping) and member in found}
    whole = {**dict.fromkeys(more), **expected, **told}
    for where, kind, one, other in value_differences(whole, found):
        yield Difference(name, None, where, kind, one, other)


def compare_app(
    original: Original, view: AppView, source: str, stale: bool, version: str | None
) -> Iterator[Difference]:
    """Compare what an app got: the rows with the source, the digests with the rows they are of.

    `source`, `stale` and `version`, if known, are what the provider has to say of its answer.
    """
    if view.error is not None:
        yield Difference(None, None, "", "no_answer", None, view.error)
        return
    about = {"source": source, "stale": stale, "version": view.version if version is None else version}
    told = {"source": view.source, "stale": view.stale, "version": view.version}
    for where, kind, one, other in value_differences(about, told):
        yield Difference(None, None, where, kind, one, other)
    yield from compare_tables(original, view.tables)
    yield from compare_tables(original, view.single)
    counts = {name: {"rows": len(rows), "digest": digest_of(rows)} for name, rows in view.tables.items()}
    for name in [*counts, *sorted(view.summaries.keys() - counts.keys())]:
        yield from _compare_summary(name, counts.get(name), view.summaries.get(name))


def _about(document: Document) -> dict[str, Any]:
    """Return what a release's first members must be: its own epoch and moment, the digest of its rows."""
    digest = hashlib.sha256(canonical(plain(document.get("tables")))).hexdigest()[:16]
    try:
        token = Token.parse("", str(document.get("referenceVersion")))
        expected = f"{token.epoch}.{token.number}-{digest}"
    except InvalidRequest:
        expected = f"<epoch>.<version>-{digest}"
    moment = document.get("generatedAt")
    known = isinstance(moment, str) and _MOMENT.fullmatch(moment)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "referenceVersion": expected,
        "generatedAt": moment if known else "YYYY-MM-DDTHH:MM:SS.ffffffZ",
    }


def _digests(tables: Any) -> dict[str, str]:
    return (
        {name: digest_of(plain(rows)) for name, rows in tables.items()} if isinstance(tables, Mapping) else {}
    )


def _compare_members(document: Document, expected: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare an answer's members, but for its tables."""
    found = {member: value for member, value in document.items() if member != "tables"}
    for where, kind, one, other in value_differences(expected, found):
        yield Difference(None, None, where, kind, one, other)


def rows_of_content(tables: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Spell stored rows as clients read them."""
    return {name: [client_row(row) for row in rows] for name, rows in tables.items()}
