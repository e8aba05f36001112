"""A schema as text: what pg_dump says, without what only one version of PostgreSQL would say."""

import re

_VERSION_LINE = re.compile(r"(\\(un)?restrict |-- Dumped (from|by) |SET transaction_timeout )")
"""What names a release, or what some releases say and others do not."""

_NAMED_NOT_NULL = re.compile(r'^(    .*) CONSTRAINT (?:\w+|"(?:[^"]|"")+") NOT NULL', re.MULTILINE)
"""Since 18 a rule `not null` has a name, of which earlier releases keep nothing."""

_VIEW = re.compile(r"^(CREATE (?:MATERIALIZED )?VIEW .*? AS\n)(.*?;)$", re.MULTILINE | re.DOTALL)

_TOKENS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\(\s*(?:SELECT|WITH)\b|[()]|[\w$]+|\s+|.""", re.DOTALL)

_ONE_SOURCE = re.compile(r'\bFROM (?:\w+\.)?(\w+|"[^"]+")(?: (\w+|"[^"]+"))?\s*(?:;|$|WHERE|GROUP|ORDER|HAVING|LIMIT)')


def normalised(dump: str) -> str:
    """Return a dump of pg_dump in the words that PostgreSQL 15 to 18 have in common."""
    kept = [line.rstrip() for line in dump.splitlines() if not _VERSION_LINE.match(line)]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() + "\n"
    text = _NAMED_NOT_NULL.sub(r"\1 NOT NULL", text)
    return _VIEW.sub(lambda match: match[1] + plain_view(match[2]), text)


def plain_view(definition: str) -> str:
    """Return a view's query without the prefixes that PostgreSQL 15 writes and 16 does not.

    Where a query reads from one table alone, its columns need no prefix; within inner queries they keep it.
    """
    tokens, inner = _with_depth(definition)
    outside = "".join(token for token, within in zip(tokens, inner, strict=True) if not within)
    sources = _ONE_SOURCE.findall(outside)
    if len(sources) != 1 or outside.count(" FROM ") != 1:
        return definition
    alias = sources[0][1] or sources[0][0]
    kept = []
    for place, token in enumerate(tokens):
        pair = tokens[place : place + 2] == [alias, "."] or tokens[place - 1 : place + 1] == [alias, "."]
        if inner[place] or not pair or tokens[place - 2 : place - 1] == ["."]:
            kept.append(token)
    return "".join(kept)


def _with_depth(definition: str) -> tuple[list[str], list[bool]]:
    """Return the tokens of a query, and of each whether it stands in an inner query."""
    tokens = _TOKENS.findall(definition)
    opened: list[bool] = []
    inner = []
    for token in tokens:
        if token == ")" and opened:
            inner.append(any(opened))
            opened.pop()
            continue
        if token.startswith("("):
            opened.append(token != "(")
        inner.append(any(opened))
    return tokens, inner
