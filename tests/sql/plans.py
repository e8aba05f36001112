"""By which plan a statement runs."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.sql.support import Connection


def planned(
    connection: Connection, statement: str, arguments: Sequence[str], mode: str, types: Sequence[str] = ()
) -> list[Any]:
    """The nodes of the plan by which a statement with its parameters runs, from the top; it changes nothing.

    `arguments` are SQL, `mode` is a value of plan_cache_mode; `types` are said where they do not follow.
    """
    with connection.transaction(force_rollback=True):
        connection.execute(f"set local plan_cache_mode = {mode}".encode())
        typed = f"({', '.join(types)})" if types else ""
        connection.execute(f"prepare asked {typed} as {statement}".encode())
        try:
            explain = f"explain (analyze, buffers, format json) execute asked ({', '.join(arguments)})"
            row = connection.execute(explain.encode()).fetchone()
        finally:
            connection.execute("deallocate asked")
    assert row is not None
    return list(nodes(row[0][0]["Plan"]))


def nodes(plan: Any) -> Iterator[Any]:
    """A node of a plan and all those below it."""
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)
