"""SQL as PostgreSQL's own parser reads it (pglast), and as yoyo cuts it (sqlparse)."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from wildside.domain.command_errors import ToolMissing
from wildside.domain.lint.values import Comment, Parsed, Piece, Statement, Word

MOST_BYTES = 48 * 1024
"""Longer files are not parsed: the parser takes minutes over some that nobody would write."""

_COMMENTS = ("SQL_COMMENT", "C_COMMENT")
_LEADING = re.compile(r"(?:\s|--[^\n]*\n)*")
_BODIES = ("CreateFunctionStmt", "DoStmt")


def parse_sql(text: str) -> Parsed:
    """Parse a file. Raises ToolMissing; what is wrong with the file is part of the result."""
    try:
        import sqlparse  # noqa: PLC0415
        from pglast import parser  # noqa: PLC0415 - only these commands need it
    except ImportError as error:
        raise ToolMissing(f"no {error.name}: pip install 'wildside[toolkit]'") from error
    if len(text.encode()) > MOST_BYTES:
        return Parsed(error=(0, f"longer than {MOST_BYTES} bytes, so it was not looked into"))
    source = _Source(text, parser)
    comments = source.comments()
    try:
        statements = source.statements()
    except parser.ParseError as error:
        return Parsed(comments=comments, error=source.told(error))
    except RecursionError:
        return Parsed(comments=comments, error=(0, "nested too deeply to be looked into"))
    pieces = list(_pieces(text, sqlparse.split(text), parser))
    return Parsed(statements, comments, source.words(statements), pieces)


class _Source:
    """A text and its tokens."""

    def __init__(self, text: str, parser: Any) -> None:
        self.text = text
        self.parser = parser
        self.ends = list(accumulate(len(line) + 1 for line in text.split("\n")))
        self.tokens = self._scan(text)

    def _scan(self, text: str) -> Sequence[Any]:
        try:
            return list(self.parser.scan(text))
        except self.parser.ParseError:
            return []

    def line(self, index: int) -> int:
        return bisect_right(self.ends, index) + 1

    def told(self, error: Any) -> tuple[int, str]:
        """Say where a parser stopped: at its end, if it does not know."""
        message, index = (*error.args, None)[:2]
        stopped = len(self.text.rstrip()) - 1 if index is None else index
        return self.line(max(stopped, 0)), str(message)[:200]

    def comments(self) -> list[Comment]:
        """Return the comments; of a text that has no tokens, the lines that look like one."""
        found = [
            Comment(self.text[one.start : one.end + 1], self.line(one.start))
            for one in self.tokens
            if one.name in _COMMENTS
        ]
        if self.tokens:
            return found
        lines = enumerate(self.text.split("\n"), start=1)
        return [Comment(line.strip(), number) for number, line in lines if line.strip().startswith("--")]

    def statements(self) -> list[Statement]:
        data = self.text.encode()
        starts = [one.start for one in self.tokens if one.name not in (*_COMMENTS, "ASCII_59")]
        found = []
        for one in json.loads(self.parser.parse_sql_json(self.text)).get("stmts", []):
            begin = one.get("stmt_location", 0)
            end = begin + one["stmt_len"] if "stmt_len" in one else len(data)
            first = next(start for start in starts if start >= len(data[:begin].decode()))
            ((kind, tree),) = one["stmt"].items()
            offset = len(self.text[:first].encode())
            body = data[offset:end].decode()
            found.append(Statement(kind, tree, self.line(first), body, offset))
        return found

    def words(self, statements: Sequence[Statement]) -> list[Word]:
        """Return the words outside quotes, and those of functions' bodies."""
        found = [*self._words_of(self.text, self.tokens, 0)]
        bodies = [one for one in statements if one.kind in _BODIES]
        for one in self.tokens:
            offset = len(self.text[: one.start].encode()) if one.name == "SCONST" else -1
            quoted = self.text[one.start : one.end + 1]
            inside = any(body.offset <= offset < body.offset + len(body.text.encode()) for body in bodies)
            if inside and quoted.startswith("$"):
                mark = quoted.index("$", 1) + 1
                text = quoted[mark:-mark]
                found += self._words_of(text, self._scan(text), one.start + mark)
        return found

    def _words_of(self, text: str, tokens: Sequence[Any], shift: int) -> Iterator[Word]:
        for one in tokens:
            word = text[one.start : one.end + 1]
            if one.kind != "NO_KEYWORD" or (one.name == "IDENT" and '"' not in word):
                yield Word(word, self.line(one.start + shift))


def _pieces(text: str, cut: Sequence[str], parser: Any) -> Iterator[Piece]:
    """Yield what yoyo sends to the server, with the line of the first SQL in it."""
    position = 0
    for piece in cut:
        position = max(text.find(piece, position), position)
        source = _Source(piece, parser)
        starts = [one.start for one in source.tokens if one.name not in _COMMENTS]
        first = starts[0] if starts else len(_LEADING.match(piece)[0])  # type: ignore[index]
        line = text.count("\n", 0, position + first) + 1
        try:
            yield Piece(line, len(source.statements()))
        except parser.ParseError as error:
            yield Piece(line, 1, str(error.args[0])[:200])
        position += len(piece)
