"""The matrix of what each role may do: statements out of the committed file, run for real."""

from pathlib import Path
from typing import Any

import psycopg

from tests.toolkit.separated import Separated

FILE = Path(__file__).with_name("role_matrix.txt")
ROLES = ("migrator", "app", "readonly", "worker")
WIDTH = 11

_WORDS = {"42501": "no", "25006": "read-only"}
_ALONE = ("create database", "alter system")
"""What runs in no transaction, so that it could not be undone; nobody may."""


_IN_VAIN = {"01006", "01007"}
"""To grant or revoke without the right to is only a warning."""


def statements() -> list[str]:
    """The statements of the file."""
    return [line[WIDTH * len(ROLES) :] for line in FILE.read_text().splitlines()[1:]]


def matrix(server: Separated) -> str:
    """Run every statement as every role, and write down what came of it."""
    columns = [outcomes(server, role) for role in ROLES]
    rows = [(*ROLES, "statement"), *zip(*columns, statements(), strict=True)]
    return "".join("".join(cell.ljust(WIDTH) for cell in row[:-1]) + row[-1] + "\n" for row in rows)


def outcomes(server: Separated, role: str) -> list[str]:
    warnings: list[str] = []
    with server.connect(role) as connection:
        connection.add_notice_handler(lambda diagnostic: warnings.append(diagnostic.sqlstate or ""))
        return [outcome(connection, statement, warnings) for statement in statements()]


def outcome(connection: psycopg.Connection[Any], statement: str, warnings: list[str]) -> str:
    """`yes`, `no`, `read-only`, or the SQLSTATE that stopped it after the privileges were found to do."""
    warnings.clear()
    try:
        if statement.startswith(_ALONE):
            connection.execute(statement.encode())
        else:
            with connection.transaction(force_rollback=True):
                connection.execute(statement.encode())
    except psycopg.Error as error:
        return _WORDS.get(error.sqlstate or "", error.sqlstate or "?")
    return "no" if _IN_VAIN & set(warnings) else "yes"
