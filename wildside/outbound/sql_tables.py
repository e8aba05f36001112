"""Names of tables in a parsed statement."""

from typing import Any


def relation_name(relation: Any) -> str:
    """Return a name as it was written, with its schema if it has one."""
    return f"{relation.schemaname}.{relation.relname}" if relation.schemaname else str(relation.relname)


def tables_read(statement: Any) -> list[str]:
    """Return the tables that a query names, each once, without the names that its own `with` gives."""
    from pglast.visitors import Visitor  # noqa: PLC0415 - optional: only plan needs it

    found: dict[str, None] = {}
    given: set[str] = set()

    class Names(Visitor):
        def visit_RangeVar(self, _ancestors: Any, node: Any) -> None:  # noqa: N802 - pglast asks for it
            found[relation_name(node)] = None

        def visit_CommonTableExpr(self, _ancestors: Any, node: Any) -> None:  # noqa: N802
            given.add(node.ctename)

    Names()(statement)
    into = getattr(getattr(statement, "into", None), "rel", None)
    own = {relation_name(into)} if into is not None else set()
    return [name for name in found if name not in given | own]
