"""From an error of the database to `file:line: rule: message`."""

import re

import psycopg

_INLINE = re.compile(r"inline_code_block line (\d+)")
_QUOTE = re.compile(r"\$[a-z_0-9]*\$", re.I)


def line_of(text: str, statements: list[str], number: int, error: psycopg.Error) -> int:
    """Return the line of a file on which the statement of this number failed, counted from 1."""
    start = _start(text, statements, number)
    if start is None:
        return 0
    statement = statements[number]
    position = error.diag.statement_position
    inline = _INLINE.search(error.diag.context or "")
    body = _QUOTE.search(statement)
    if position is not None:
        start += min(int(position) - 1, len(statement))
    elif inline and body:
        # plpgsql counts from the line on which the body is opened.
        return text.count("\n", 0, start + body.end()) + int(inline[1])
    return text.count("\n", 0, start) + 1


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
