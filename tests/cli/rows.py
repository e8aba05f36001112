"""What the tests of commands ask of the database that a command has worked on."""

from typing import Any

import psycopg

Connection = psycopg.Connection[Any]


def one(connection: Connection, query: str) -> Any:
    """The first value of a query, as it is now; no transaction stays open in a command's way."""
    row = connection.execute(query.encode()).fetchone()
    connection.rollback()
    return row[0] if row else None


def version(connection: Connection) -> Any:
    return one(connection, "select version from reference_counter")
