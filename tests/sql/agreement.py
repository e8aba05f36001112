"""Rules that stand twice, in the schema and in the domain: whether either lets something through."""

from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from tests.sql.support import Connection
from wildside.domain.errors import InvalidRequest


def allowed(connection: Connection, *statements: tuple[LiteralString, list[Any]]) -> bool:
    """Whether all statements together keep every rule, also those that are checked at commit."""
    try:
        with connection.transaction(force_rollback=True):
            for statement, arguments in statements:
                connection.execute(statement, arguments)
            connection.execute("set constraints all immediate")
    except psycopg.IntegrityError:
        return False
    return True


def holds(make: Callable[[], object]) -> bool:
    try:
        make()
    except (ValueError, InvalidRequest):
        return False
    return True
