"""Reads off a statement what it does to which table, with PostgreSQL's own parser."""

from collections.abc import Callable, Iterator
from typing import Any

from wildside.domain.command_errors import MigrationsInvalid
from wildside.domain.migration_plan import Claim, ReadStatement
from wildside.domain.statement_locks import STRENGTH
from wildside.outbound.sql_tables import relation_name, tables_read

_ALTER = {
    "AT_DropColumn": "drop column",
    "AT_AlterColumnType": "alter column type",
    "AT_ColumnDefault": "set default",
    "AT_SetNotNull": "set not null",
    "AT_DropNotNull": "drop not null",
    "AT_ValidateConstraint": "validate constraint",
    "AT_DropConstraint": "drop constraint",
    "AT_SetStatistics": "set statistics",
    "AT_SetRelOptions": "set storage parameter",
    "AT_ResetRelOptions": "set storage parameter",
    "AT_AttachPartition": "attach partition",
    "AT_DetachPartition": "detach partition",
}
_OPAQUE = {"DoStmt", "CallStmt"}


def read_statements(file: str, text: str) -> list[ReadStatement]:
    """Return the statements of a file. Raises MigrationsInvalid if it cannot be read."""
    try:
        import pglast  # noqa: PLC0415 - optional: only plan needs it
    except ImportError:
        raise MigrationsInvalid("plan reads SQL with pglast: pip install 'wildside[toolkit]'") from None
    try:
        found = pglast.parse_sql(text)
    except pglast.parser.ParseError as error:
        message, place = (*error.args, None)[:2]
        line = 0 if place is None else text.count("\n", 0, place) + 1
        raise MigrationsInvalid(f"{file}:{line}: syntax_error: {message}") from None
    return [_read(text, raw) for raw in found]


def _read(text: str, raw: Any) -> ReadStatement:
    # pglast begins a statement behind the comments before it, and counts in characters.
    begin = raw.stmt_location
    head = text[begin : begin + raw.stmt_len if raw.stmt_len else None].partition("\n")[0]
    kind = type(raw.stmt).__name__
    reader = _READERS.get(kind)
    claims = list(reader(raw.stmt)) if reader else []
    calls = kind == "SelectStmt" and not claims
    line = text.count("\n", 0, begin) + 1
    return ReadStatement(line, head.strip()[:80], claims, kind in _OPAQUE or calls)


def _create(stmt: Any) -> Iterator[Claim]:
    for each in [*(stmt.tableElts or ()), *(stmt.constraints or ())]:
        for constraint in (each, *(getattr(each, "constraints", None) or ())):
            if getattr(constraint, "pktable", None) is not None:
                yield Claim("be referenced", relation_name(constraint.pktable))
    if stmt.partbound is not None:
        yield from (Claim("create partition", relation_name(one)) for one in stmt.inhRelations)


def _alter(stmt: Any) -> Iterator[Claim]:
    if stmt.objtype.name not in {"OBJECT_TABLE", "OBJECT_MATVIEW"}:
        return
    table = relation_name(stmt.relation)
    for command in stmt.cmds:
        kind = command.subtype.name
        if kind == "AT_AddColumn":
            yield from _add_column(table, command.def_)
        elif kind == "AT_AddConstraint":
            yield from _add_constraint(table, command.def_)
        elif kind.startswith(
            ("AT_EnableTrig", "AT_DisableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig")
        ):
            yield Claim("enable or disable trigger", table)
        elif "RowSecurity" in kind:
            yield Claim("row level security", table)
        else:
            yield Claim(_ALTER.get(kind, "other alter table"), table)


def _add_column(table: str, column: Any) -> Iterator[Claim]:
    computed = False
    for each in column.constraints or ():
        computed |= each.contype.name in {"CONSTR_GENERATED", "CONSTR_IDENTITY"}
        computed |= each.contype.name == "CONSTR_DEFAULT" and "FuncCall" in repr(each.raw_expr)
        if each.contype.name == "CONSTR_FOREIGN":
            yield from _add_constraint(table, each)
    yield Claim("add column with computed values" if computed else "add column", table)


def _add_constraint(table: str, constraint: Any) -> Iterator[Claim]:
    late = " not valid" if constraint.skip_validation else ""
    kind = constraint.contype.name
    if kind == "CONSTR_FOREIGN":
        yield Claim(f"add foreign key{late}", table)
        yield Claim("be referenced", relation_name(constraint.pktable))
    elif kind == "CONSTR_CHECK":
        yield Claim(f"add check{late}", table)
    elif kind in {"CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_EXCLUSION"}:
        yield Claim("add key using index" if constraint.indexname else "add key", table)
    else:
        yield Claim("other alter table", table)


def _index(stmt: Any) -> Iterator[Claim]:
    yield Claim(
        "create index concurrently" if stmt.concurrent else "create index", relation_name(stmt.relation)
    )


def _drop(stmt: Any) -> Iterator[Claim]:
    kind = stmt.removeType.name
    for each in stmt.objects:
        names = [part.sval for part in each] if isinstance(each, tuple) else []
        if kind in {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"}:
            yield Claim("drop table" if kind == "OBJECT_TABLE" else "drop view", ".".join(names))
        elif kind == "OBJECT_INDEX":
            yield Claim("drop index concurrently" if stmt.concurrent else "drop index", ".".join(names))
        elif kind in {"OBJECT_TRIGGER", "OBJECT_POLICY"}:
            yield Claim(f"drop {kind[7:].lower()}", ".".join(names[:-1]))


def _comment(stmt: Any) -> Iterator[Claim]:
    kind = stmt.objtype.name
    if kind in {"OBJECT_TABLE", "OBJECT_COLUMN", "OBJECT_TABCONSTRAINT"}:
        names = [part.sval for part in stmt.object]
        yield Claim("comment on", ".".join(names if kind == "OBJECT_TABLE" else names[:-1]))


def _rename(stmt: Any) -> Iterator[Claim]:
    if stmt.renameType.name in {"OBJECT_TABLE", "OBJECT_COLUMN", "OBJECT_TABCONSTRAINT"}:
        yield Claim("rename", relation_name(stmt.relation))


def _write(kind: str) -> Callable[[Any], Iterator[Claim]]:
    def read(stmt: Any) -> Iterator[Claim]:
        target = relation_name(stmt.relation)
        yield Claim(kind, target)
        yield from (Claim("read", one) for one in tables_read(stmt) if one != target)

    return read


def _reading(stmt: Any) -> Iterator[Claim]:
    yield from (Claim("read", one) for one in tables_read(stmt))


def _view(stmt: Any) -> Iterator[Claim]:
    if stmt.replace:
        yield Claim("replace view", relation_name(stmt.view))
    yield from (Claim("read", one) for one in tables_read(stmt.query))


def _vacuum(stmt: Any) -> Iterator[Claim]:
    options = {one.defname for one in stmt.options or ()}
    kind = "vacuum full" if "full" in options else "vacuum" if stmt.is_vacuumcmd else "analyze"
    yield from (Claim(kind, relation_name(one.relation)) for one in stmt.rels or ())


def _reindex(stmt: Any) -> Iterator[Claim]:
    if stmt.relation is not None:
        late = " concurrently" if any(one.defname == "concurrently" for one in stmt.params or ()) else ""
        yield Claim(f"reindex{late}", relation_name(stmt.relation))


def _on(kind: str, attribute: str = "relation") -> Callable[[Any], Iterator[Claim]]:
    def read(stmt: Any) -> Iterator[Claim]:
        found = getattr(stmt, attribute)
        yield from (
            Claim(kind, relation_name(one)) for one in (found if isinstance(found, tuple) else (found,))
        )

    return read


def _lock(stmt: Any) -> Iterator[Claim]:
    # The parser numbers modes from 1, the weakest.
    yield from (Claim(f"lock {STRENGTH[stmt.mode - 1]}", relation_name(one)) for one in stmt.relations)


def _refresh(stmt: Any) -> Iterator[Claim]:
    yield Claim("refresh concurrently" if stmt.concurrent else "refresh", relation_name(stmt.relation))


_READERS: dict[str, Callable[[Any], Iterator[Claim]]] = {
    "CreateStmt": _create,
    "AlterTableStmt": _alter,
    "IndexStmt": _index,
    "DropStmt": _drop,
    "CommentStmt": _comment,
    "RenameStmt": _rename,
    "InsertStmt": _write("insert"),
    "UpdateStmt": _write("update"),
    "DeleteStmt": _write("delete"),
    "SelectStmt": _reading,
    "CreateTableAsStmt": _reading,
    "ViewStmt": _view,
    "VacuumStmt": _vacuum,
    "ReindexStmt": _reindex,
    "TruncateStmt": _on("truncate", "relations"),
    "CreateTrigStmt": _on("create trigger"),
    "CreatePolicyStmt": _on("create policy", "table"),
    "CreateStatsStmt": _on("create statistics", "relations"),
    "ClusterStmt": _on("cluster"),
    "LockStmt": _lock,
    "RefreshMatViewStmt": _refresh,
}
