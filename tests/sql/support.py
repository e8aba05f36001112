"""What the tests of the SQL share: connections, scratch databases, short questions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.conftest import url_of

Connection = psycopg.Connection[Any]

NAMED = Jsonb({"en-GB": {"name": "A name"}})
"""Localised text that the schema accepts."""


def connect(url: str, *, autocommit: bool = True) -> Connection:
    return psycopg.connect(url, autocommit=autocommit)


@contextmanager
def scratch_database(
    cluster: SimpleNamespace, options: LiteralString = "", template: str = "template0"
) -> Iterator[str]:
    """The URL of a new database, dropped afterwards. `options` are those of `create database`."""
    name = f"scratch_{uuid4().hex[:12]}"
    with connect(url_of(cluster.host, cluster.port, cluster.user, cluster.maintenance_dbname)) as server:
        create = sql.SQL("create database {} template {} " + options)
        server.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield url_of(cluster.host, cluster.port, cluster.user, name)
        finally:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def empty(connection: Connection) -> None:
    """Take a database back to its first moment, which its own triggers would never allow."""
    connection.rollback()
    tables = "select quote_ident(table_name) from reference_metadata"
    books = ["reference_journal", "reference_aliases", "reference_seed_runs", "reference_versions"]
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        for table in [*column(connection, tables), *books]:
            connection.execute(f"delete from {table}".encode())
        connection.execute("update reference_metadata set version_seq = 0")
        connection.execute("update reference_counter set version = 0")


def column(connection: Connection, query: LiteralString, *arguments: Any) -> list[Any]:
    """The first column of every row."""
    return [row[0] for row in connection.execute(query, arguments or None).fetchall()]


def wait_until(connection: Connection, query: LiteralString, *arguments: Any, within: float = 10.0) -> float:
    """Ask until the answer is true; return how many seconds that took."""
    started = monotonic()
    while not value(connection, query, *arguments):
        assert monotonic() - started < within, f"not within {within} s: {query}"
        sleep(0.002)
    return monotonic() - started


def value(connection: Connection, query: LiteralString, *arguments: Any) -> Any:
    """The first column of the first row."""
    return column(connection, query, *arguments)[0]


def broken_rule(error: psycopg.Error) -> str | None:
    """The name of the constraint that refused a statement."""
    return error.diag.constraint_name


def add_slugs(connection: Connection, table: LiteralString, *slugs: str) -> None:
    """Rows for any of the tables that have only a slug, an order, an icon and texts."""
    rows = [(slug, number, "some:icon", NAMED) for number, slug in enumerate(slugs)]
    add_rows(connection, table, ("slug", "sort_order", "icon", "localizations"), rows)


def add_rows(
    connection: Connection, table: LiteralString, columns: Sequence[LiteralString], rows: Sequence[Any]
) -> None:
    """Insert rows with one statement."""
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    query = f"insert into {table} ({', '.join(columns)}) values {', '.join([one] * len(rows))}"
    connection.execute(query.encode(), [value for row in rows for value in row])


def version(connection: Connection) -> int:
    number: int = value(connection, "select version from reference_counter")
    return number


def journal(connection: Connection, table: str) -> list[tuple[str, Any, Any]]:
    """What was noted of a table: (operation, key, old key), the oldest first."""
    query = "select operation, key, old_key from reference_journal where table_name = %s order by id"
    return connection.execute(query, [table]).fetchall()


def aliases(connection: Connection, table: str) -> list[tuple[Any, Any]]:
    query = "select old_key, new_key from reference_aliases where table_name = %s order by old_key"
    return connection.execute(query, [table]).fetchall()
