"""What each statement of the stores would do where users' rows are spread by owner; see docs/scaling.md.

python -m tests.sql.sharding      writes docs/scaling/queries.md
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pglast.ast
from pglast import parse_sql
from pglast.parser import ParseError
from pglast.visitors import Visitor

from tests.sql.ownership import Owners, texts, unowned

ROOT = Path(__file__).parents[2]
STORES = ROOT / "wildside/outbound/postgres"
PAGE = ROOT / "docs/scaling/queries.md"

SHARDED: Owners = {
    "users": "id",
    "user_roles": "user_id",
    "user_preferences": "user_id",
    "user_interest_themes": "user_id",
    "user_safety_toggles": "user_id",
    "idempotency_keys": "user_id",
    "route_notes": "user_id",
    "route_progress": "user_id",
    "route_progress_stops": "user_id",
    "walk_sessions": "user_id",
    "walk_session_stats": "user_id",
    "walk_session_pois": "user_id",
}
"""Spread over the nodes by this column, all in the same way: a user's rows lie together."""

CHANGES_FIRST = {
    "sessions": "found by a session's id alone: the cookie must name the user too, and the key be "
    "(user_id, id)",
    "user_credentials": "found by a username, which one index keeps unique: "
    "usernames need a replicated table of their own, with the user's id",
    "offline_bundles": "a device's before anybody has logged in on it, and then nobody's: "
    "the owner must be one that is there, as the device's, and be in the key",
}
"""Users' rows whose key would have to take the owner in."""

REPLICATED = {
    "routes": "curated routes are everybody's; a user's own would get a sharded table",
    "community_picks": "the catalogue's, which everybody sees; who picked is a name beside it",
}
"""Tables with a user in them that are a copy on every node all the same."""

LOCAL = ("login_attempts", "example_data")
"""Of no user: on the one node that plans, with what is migrated and seeded."""

ONE, ALL, COPY, ALL_COPIES = "one shard", "every shard", "any copy", "every copy"
FIRST, THERE = "after a change", "the planning node"
HEAD = f"""# What each statement would do with users' rows spread by owner
Written by `python -m tests.sql.sharding` from the statements of the stores, and compared with them by
`tests/sql/test_sharding_ready.py`. Nothing of it was run on Citus: it follows from the tables that a
statement names, and from whether it says whose rows it means.

| | |
|---|---|
| {ONE} | it names the owner: one node does it, with the copies of replicated tables that lie there |
| {ALL} | it names no owner: every node does its part |
| {COPY} | it reads replicated tables only: any node does it |
| {ALL_COPIES} | it writes replicated tables: all nodes, in one transaction |
| {THERE} | it is of no user, and no reference data |
| {FIRST} | it names one of {", ".join(CHANGES_FIRST)}, whose key has to change before |

"""


class _Tables(Visitor):
    """The tables of a statement, and whether it writes."""

    def __init__(self) -> None:
        self.named: set[str] = set()
        self.inner: set[str] = set()
        self.writes = False

    def visit_RangeVar(self, _ancestors: Any, node: Any) -> None:  # noqa: N802 - pglast's name
        self.named.add(node.relname)

    def visit_CommonTableExpr(self, _ancestors: Any, node: Any) -> None:  # noqa: N802
        self.inner.add(node.ctename)
        self._writes(node.ctequery)

    def _writes(self, statement: Any) -> None:
        kinds = (pglast.ast.InsertStmt, pglast.ast.UpdateStmt, pglast.ast.DeleteStmt)
        self.writes = self.writes or isinstance(statement, kinds)

    def of(self, statements: Any) -> tuple[set[str], bool]:
        """Return the tables that these name."""
        for one in statements:
            self._writes(one.stmt)
            self(one)
        return self.named - self.inner, self.writes


def place_of(content: str, known: frozenset[str]) -> str | None:
    """Where a statement would be done; None where it is no statement on our tables."""
    try:
        named, writes = _Tables().of(parse_sql(content))
    except ParseError:
        return None
    tables = named & known
    if not tables:
        return None
    if tables & CHANGES_FIRST.keys():
        return FIRST
    if tables & SHARDED.keys():
        return ALL if unowned(content, SHARDED) else ONE
    if tables & set(LOCAL):
        return THERE
    return ALL_COPIES if writes else COPY


def statements(known: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Each statement of the stores: (file, constant, where)."""
    for path in sorted(STORES.glob("*.py")):
        if "import psycopg" in path.read_text():
            continue  # an operator's, on the planning node
        for text in texts(path):
            if place := place_of(text.content, known):
                yield text.file, text.name, place


def page(known: frozenset[str]) -> str:
    """The document."""
    found = dict.fromkeys(statements(known))
    counts = {
        place: sum(one[2] == place for one in found) for place in (ONE, ALL, COPY, ALL_COPIES, THERE, FIRST)
    }
    lines = [HEAD, ", ".join(f"{place}: {count}" for place, count in counts.items()), "\n\n"]
    lines += ["| store | statement | done by |\n|---|---|---|\n"]
    lines += [f"| `{file}` | `{name}` | {place} |\n" for file, name, place in found]
    return "".join(lines)


def tables() -> frozenset[str]:
    """Every table there is, by the committed schema."""
    found = re.findall(r"^CREATE TABLE public\.(\w+)", (ROOT / "sql/schema.sql").read_text(), re.MULTILINE)
    return frozenset(found)


if __name__ == "__main__":
    PAGE.write_text(page(tables()))
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
