"""Rules of bytes and lines, and of what can be read at all."""

import codecs
import re
from collections.abc import Iterator

from wildside.domain.lint.rules import Offence, file_rule
from wildside.domain.lint.values import SqlFile

MOST_LINES = 120

_META = re.compile(r"\s*\\[a-z!?]|.*\S\s*\\g[a-z]*\s*$")
_COPY = re.compile(r"\s*copy\b[^;]*\bfrom\s+stdin\b", re.IGNORECASE)


@file_rule(
    "encoding",
    "A file is UTF-8 without byte order mark and NUL, and its lines end in a line feed.",
    bad="\ufeff-- What it is for.\n",
    good="-- Where the café is.\n",
)
def encoding(file: SqlFile) -> Iterator[Offence]:
    """Look at the bytes."""
    if file.data.startswith(codecs.BOM_UTF8):
        yield 1, "it begins with a byte order mark, which PostgreSQL takes for a part of the first word"
    try:
        file.data.decode()
    except UnicodeDecodeError as error:
        yield _line(file.data, error.start), f"byte {error.start + 1} is not UTF-8"
    if b"\0" in file.data:
        yield _line(file.data, file.data.index(b"\0")), "there is a NUL, where PostgreSQL stops to read"
    if b"\r" in file.data:
        yield _line(file.data, file.data.index(b"\r")), "there is a carriage return; lines end in a line feed"


def _line(data: bytes, offset: int) -> int:
    return data[:offset].count(b"\n") + 1


@file_rule(
    "whitespace",
    "No tabs, no white space at the end of a line, one line feed at the end of the file.",
    bad="-- What it is for. \n",
    good="-- What it is for.\n",
)
def whitespace(file: SqlFile) -> Iterator[Offence]:
    """Look at what is not seen."""
    for number, line in enumerate(file.lines, start=1):
        if "\t" in line:
            yield number, "there is a tab; indent with spaces"
        if line != line.rstrip():
            yield number, "white space at the end of the line"
    if file.text and not file.text.endswith("\n"):
        yield len(file.lines), "the last line has no line feed"
    if file.text.endswith("\n\n"):
        yield len(file.lines) - 1, "an empty line at the end of the file"


@file_rule(
    "length",
    f"A file has at most {MOST_LINES} lines.",
    bad="-- What it is for.\n" + "select 1;\n" * MOST_LINES,
    good="-- What it is for.\n" + "select 1;\n" * (MOST_LINES - 1),
)
def length(file: SqlFile) -> Iterator[Offence]:
    """Count the lines."""
    count = len(file.text.splitlines())
    if count > MOST_LINES:
        yield MOST_LINES + 1, f"{count} lines; one capability a file, at most {MOST_LINES} lines"


@file_rule(
    "empty",
    "A file holds at least one statement.",
    bad="-- What it is for.\n",
    good="-- What it is for.\nselect 1;\n",
)
def empty(file: SqlFile) -> Iterator[Offence]:
    """Count the statements."""
    if not file.parsed.statements and not file.parsed.error:
        yield 0, "there is no statement in it, and yoyo would mark it as applied"


@file_rule(
    "syntax",
    "PostgreSQL's own parser can read the file.",
    bad="create table walks (id uuid,);\n",
    good="create table walks (id uuid);\n",
)
def syntax(file: SqlFile) -> Iterator[Offence]:
    """Say where the parser stopped."""
    if file.parsed.error:
        yield file.parsed.error


@file_rule(
    "split",
    "The statements into which yoyo cuts the file are those that PostgreSQL would see.",
    bad="create table walks (begin date);\ncreate table legs (id uuid);\n",
    good='create table walks ("begin" date);\ncreate table legs (id uuid);\n',
)
def split(file: SqlFile) -> Iterator[Offence]:
    """Compare the pieces that are sent to the server with statements."""
    if file.parsed.error:
        return
    for piece in file.parsed.pieces:
        if piece.error:
            yield piece.line, f"yoyo cuts a statement here: {piece.error}; is there a nested comment?"
        elif piece.statements > 1:
            yield piece.line, f"yoyo sends {piece.statements} statements as one; quote names such as begin"


@file_rule(
    "psql",
    "No commands of psql, and no `copy … from stdin`: yoyo sends SQL and nothing else.",
    bad="\\i other.sql\n",
    good="create table walks (id uuid);\n",
)
def psql(file: SqlFile) -> Iterator[Offence]:
    """Look for what only psql understands; the lines of its data are no SQL, so not in the statements."""
    for one in file.parsed.statements:
        if one.kind == "CopyStmt" and not one.tree.get("filename"):
            yield one.line, "copy from stdin or to stdout needs a client that sends the rows"
    if file.parsed.error:
        for number, line in enumerate(file.lines, start=1):
            if _META.match(line):
                yield number, f"{line.split()[0]} is a command of psql"
            if _COPY.match(line):
                yield number, "copy from stdin needs a client that sends the rows"


RULES = (encoding, whitespace, length, empty, syntax, split, psql)
