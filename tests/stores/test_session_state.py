"""A pooled connection is given back as it was taken: no statement of ours changes its session."""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sql.support import Connection
from wildside.domain.errors import SchemaMismatch
from wildside.outbound import postgres
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

OUTBOUND = Path(postgres.__file__).parent


def texts(path: Path) -> Iterator[str]:
    """Every string of a module that is no docstring."""
    tree = ast.parse(path.read_text())
    prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            yield node.value


SESSION_STATE = {
    "a setting of the session": r"(^|;)\s*(re)?set\s+(?!local\b|constraints\b|transaction\b)\w",
    "set_config beyond the transaction": r"set_config\((?![^()]*,\s*true\))",
    "a lock of the session": r"pg_(try_)?advisory_(?!xact_)",
    "listen": r"(^|;)\s*(un)?listen\b",
    "a temporary table": r"\bcreate\s+(local\s+)?temp",
    "a prepared statement": r"(^|;)\s*(prepare|deallocate|discard)\s",
    "a cursor beyond the transaction": r"\bwith\s+hold\b",
}


# What speaks psycopg works on sessions of its own, which end with it.
POOLED = [path for path in sorted(OUTBOUND.glob("*.py")) if "import psycopg" not in path.read_text()]


@pytest.mark.parametrize("path", POOLED, ids=lambda path: path.name)
def test_no_statement_leaves_anything_behind_on_a_pooled_connection(path: Path) -> None:
    found = [
        f"{what}: {text}"
        for text in texts(path)
        for what, pattern in SESSION_STATE.items()
        if re.search(pattern, text, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize(
    "statement",
    [
        "set statement_timeout = 0",
        "select 1; set role x",
        "reset all",
        "select set_config('wildside.actor', $1, false)",
        "select pg_advisory_lock($1)",
        "select pg_try_advisory_lock($1, $2)",
        "listen releases",
        "create temp table t ()",
        "declare c cursor with hold for select 1",
    ],
)
def test_a_statement_that_would_leave_something_behind_is_noticed(statement: str) -> None:
    assert any(re.search(pattern, statement, re.IGNORECASE) for pattern in SESSION_STATE.values())


@pytest.mark.parametrize("cancelled", [True, False])
async def test_a_transaction_that_was_given_up_leaves_no_transaction_behind(
    database_url: str, other: Connection, cancelled: bool
) -> None:
    async def give_up(reached: asyncio.Event) -> None:
        async with database.transaction() as stores:
            await stores.seeding.begin("ada", "a test", 1)
            await stores.seeding.rows("tags")
            reached.set()
            await (asyncio.sleep(60) if cancelled else stores.seeding.rows("nowhere"))

    async with PostgresDatabase(database_url, Limits(connections=1), "tests") as database:
        task = asyncio.create_task(give_up(reached := asyncio.Event()))
        await reached.wait()
        if cancelled:
            task.cancel()
        with pytest.raises((asyncio.CancelledError, SchemaMismatch)):
            await task
        left = "select state, (select count(*) from pg_locks l where l.pid = a.pid and locktype = 'advisory')"
        found = other.execute(f"{left} from pg_stat_activity a where pid <> pg_backend_pid() and {OURS}")
        assert found.fetchall() == [("idle", 0)]
        async with database.transaction() as stores:
            await stores.seeding.begin("grace", "a test", 0)


OURS = "datname = current_database() and application_name = 'tests'"
