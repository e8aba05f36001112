"""Finding one's way in the tree of a statement."""

from collections.abc import Iterator
from typing import Any

from wildside.domain.lint.values import SqlFile, Statement, Tree


def nodes(tree: Any, kind: str) -> Iterator[Tree]:
    """Yield every node of a kind, however deep."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get(kind), dict):
                yield value[kind]
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def of_kind(file: SqlFile, *kinds: str) -> Iterator[Statement]:
    """Yield the statements of these kinds."""
    return (one for one in file.parsed.statements if one.kind in kinds)


def table_of(statement: Statement) -> str:
    """Return the table that a statement is about, without its schema; else nothing."""
    relation = statement.tree.get("relation") or statement.tree.get("table") or {}
    return str(relation.get("relname", ""))


def names_in(value: Any) -> list[str]:
    """Return the parts of a dotted name."""
    return [str(node["sval"]) for node in nodes(value, "String")]


def dropped(statement: Statement) -> list[list[str]]:
    """Return the dotted names of what a `drop` takes away; types and functions are not asked for."""
    return [names_in(one) for one in statement.tree.get("objects", [])]


def commands(statement: Statement) -> Iterator[Tree]:
    """Yield the parts of an `alter table`."""
    if statement.kind == "AlterTableStmt":
        yield from (one["AlterTableCmd"] for one in statement.tree.get("cmds", []))


def created_table(statement: Statement) -> Tree:
    """Return the table or materialised view that a statement makes; else nothing."""
    if statement.kind == "CreateTableAsStmt":
        return dict(statement.tree["into"]["rel"])
    return dict(statement.tree["relation"]) if statement.kind == "CreateStmt" else {}


def column_types(statement: Statement) -> Iterator[tuple[str, int]]:
    """Yield the type of each column or domain that a statement defines, without its schema, and its line."""
    domains = [statement.tree] if statement.kind == "CreateDomainStmt" else []
    for definition in (*domains, *nodes(statement.tree, "ColumnDef")):
        kind = definition.get("typeName")
        if kind:
            yield names_in(kind["names"])[-1], statement.line_of(kind["location"])


def constraints(statement: Statement) -> Iterator[tuple[Tree, int]]:
    """Yield the constraints that a statement defines, and their lines."""
    for one in nodes(statement.tree, "Constraint"):
        yield one, statement.line_of(one.get("location", statement.offset))


def guards(file: SqlFile) -> dict[str, Statement]:
    """Return the `drop index concurrently if exists` of a file by index, where it makes it anew after."""
    found = {}
    for before, after in zip(file.parsed.statements, file.parsed.statements[1:], strict=False):
        name = after.tree.get("idxname") if after.kind == "IndexStmt" else None
        if name and is_guard(before) and [name] == [parts[-1] for parts in dropped(before)]:
            found[str(name)] = before
    return found


def is_guard(statement: Statement) -> bool:
    """Whether it is a `drop index concurrently if exists`."""
    tree = statement.tree
    return statement.kind == "DropStmt" and bool(tree.get("concurrent") and tree.get("missing_ok"))
