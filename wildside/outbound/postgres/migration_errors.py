"""From an error of the database to `file:line: rule: message`."""

import re

import psycopg

from wildside.domain.migrating import bare

_INLINE = re.compile(r"inline_code_block line (\d+)")
_QUOTE = re.compile(r"\$[a-z_0-9]*\$", re.I)


def line_of(text: str, statements: list[str], number: int, error: psycopg.Error) -> int:
    """Return the line of a file on which the statement of this number failed, from 1; 0 if it is unknown."""
    start = _start(text, statements, number)
    return 0 if start is None else text.count("\n", 0, start) + line_in(statements[number], error)


def line_in(statement: str, error: psycopg.Error) -> int:
    """Return the line of a statement on which it failed, counted from 1."""
    position = error.diag.statement_position
    if position is not None:
        return statement.count("\n", 0, int(position) - 1) + 1
    inline, body = _INLINE.findall(error.diag.context or ""), _QUOTE.search(statement)
    if inline and body:
        # plpgsql counts from the line on which the body is opened, and tells the outermost block last.
        return statement.count("\n", 0, body.end()) + int(inline[-1])
    return first_line(statement)


def first_line(statement: str) -> int:
    """Return the line of a statement's first word, after the comments before it, counted from 1."""
    return statement.count("\n", 0, len(statement) - len(bare(statement))) + 1


def _start(text: str, statements: list[str], number: int) -> int | None:
    place = 0
    for each in statements[: number + 1]:
        found = text.find(each, place)
        if found < 0:
            return None
        start, place = found, found + len(each)
    return start


def described(file: str, line: int, error: psycopg.Error) -> str:
    """Return the error as `file:line: rule: message`, with what else PostgreSQL said about it."""
    diag = error.diag
    message = diag.message_primary or str(error).strip()
    rest = [part for part in (diag.message_detail, diag.message_hint) if part]
    return f"{file}:{line}: {rule_of(error)}: {'; '.join([message, *rest])}"


def rule_of(error: psycopg.Error) -> str:
    """Return PostgreSQL's own name of a condition, as undefined_table."""
    name = "connection_lost" if error.sqlstate is None else type(error).__name__
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
