"""Which SQL texts the code holds, and whether each statement on a user's table says whose rows it means."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

import pglast.ast
from pglast import parse_sql
from pglast.enums import BoolExprType, JoinType, OnConflictAction
from pglast.parser import ParseError

sql: Any = pglast.ast

Owners = Mapping[str, str]
"""table of users' data → the column that says whose a row is"""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a file that may be SQL, under the name of the constant or function that holds it."""

    file: str
    name: str
    content: str


def texts(path: Path) -> Iterator[Text]:
    """Find every text of a module but its docstrings; what an f-string puts in becomes a name."""
    for node in ast.parse(path.read_text()).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        name = str(getattr(target, "id", None) or getattr(node, "name", ""))
        found = list(ast.walk(node))
        skipped = {id(part) for each in found if isinstance(each, ast.JoinedStr) for part in each.values}
        skipped |= {id(each.value) for each in found if isinstance(each, ast.Expr)}
        for each in found:
            if isinstance(each, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "x" for part in each.values]
                yield Text(path.name, name, "".join(map(str, parts)))
            elif isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in skipped:
                yield Text(path.name, name, each.value)


def unowned(content: str, owners: Owners) -> list[str]:
    """Return what a text reads or writes without saying whose rows it means."""
    names = "|".join(map(re.escape, owners))
    words = rf"\b(from|join|into|update|using|table|only|truncate)\s+(public\.)?\"?({names})\b"
    if not re.search(words, content, re.IGNORECASE):
        return []
    try:
        statements = [raw.stmt for raw in parse_sql(content)]
    except ParseError:
        return ["it cannot be read as SQL: write each statement as one whole constant"]
    return [fault for statement in statements for fault in _Judge(owners).judge(statement)]


@dataclass
class _Scope:
    """The tables of users' data that one select, update, delete or insert names, by alias."""

    tables: dict[str, Any] = field(default_factory=dict)
    outer: "_Scope | None" = None

    def named(self, alias: str) -> Any:
        return self.tables.get(alias) or (self.outer.named(alias) if self.outer else None)


class _Judge:
    """Looks through one statement. A table counts as owned once its owner is $n, or equals an owned one's."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners
        self._seen: dict[int, str] = {}
        self._owned: set[int] = set()
        self._follows: list[tuple[int, int]] = []  # once the first is owned, the second is
        self._faults: list[str] = []

    def judge(self, statement: Any) -> list[str]:
        self._visit(statement, None)
        self._spread()
        unowned_tables = [name for place, name in self._seen.items() if place not in self._owned]
        return self._faults + [f"{name} without {name}.{self._owners[name]} = $n" for name in unowned_tables]

    def _spread(self) -> None:
        for _ in self._follows:
            self._owned |= {second for first, second in self._follows if first in self._owned}

    def _visit(self, node: Any, scope: _Scope | None) -> None:
        if isinstance(node, tuple | list):
            for each in node:
                self._visit(each, scope)
        elif isinstance(node, sql.SelectStmt | sql.UpdateStmt | sql.DeleteStmt | sql.InsertStmt):
            self._statement(node, _Scope(outer=scope))
        elif isinstance(node, sql.RangeVar):
            if node.relname in self._owners:
                self._seen.setdefault(id(node), node.relname)
        elif isinstance(node, sql.Node):
            for name in node:
                self._visit(getattr(node, name), scope)

    def _statement(self, node: Any, scope: _Scope) -> None:
        inserts = isinstance(node, sql.InsertStmt)
        for part in ("relation", "fromClause", "usingClause"):
            if not inserts or part != "relation":
                self._enter(getattr(node, part, None), scope)
        self._conditions(getattr(node, "whereClause", None), scope)
        if inserts:
            self._insert(node)
        elif isinstance(node, sql.UpdateStmt):
            self._given_away(node.targetList, node.relation.relname)
        for name in node:
            self._visit(getattr(node, name), scope)

    def _enter(self, node: Any, scope: _Scope) -> None:
        """Note the tables of a from clause, and what its inner joins demand."""
        if isinstance(node, tuple | list):
            for each in node:
                self._enter(each, scope)
        elif isinstance(node, sql.RangeVar) and node.relname in self._owners:
            self._seen[id(node)] = node.relname
            scope.tables[node.alias.aliasname if node.alias else node.relname] = node
        elif isinstance(node, sql.JoinExpr):
            before = dict(scope.tables)
            self._enter(node.larg, scope)
            self._enter(node.rarg, scope)
            joined = [id(table) for alias, table in scope.tables.items() if alias not in before]
            if node.jointype == JoinType.JOIN_INNER:
                self._conditions(node.quals, scope)
                if any(name.sval == "user_id" for name in node.usingClause or ()):
                    self._follows += list(permutations(joined, 2))
            elif node.jointype == JoinType.JOIN_LEFT and isinstance(node.rarg, sql.RangeVar):
                self._conditions(node.quals, scope, only=id(node.rarg))

    def _conditions(self, node: Any, scope: _Scope, only: int | None = None) -> None:
        """Note equalities that hold for every row; `only` is the one table that they restrict."""
        if isinstance(node, sql.BoolExpr) and node.boolop == BoolExprType.AND_EXPR:
            for each in node.args:
                self._conditions(each, scope, only)
        elif isinstance(node, sql.A_Expr) and [name.sval for name in node.name or ()] == ["="]:
            left, right = self._owner(node.lexpr, scope), self._owner(node.rexpr, scope)
            if left and right:
                inner = {only} if only else {id(table) for table in scope.tables.values()}
                self._follows += [pair for pair in ((left, right), (right, left)) if pair[1] in inner]
            for owner, value in ((left, node.rexpr), (right, node.lexpr)):
                if owner and _is_parameter(value) and only in {None, owner}:
                    self._owned.add(owner)

    def _owner(self, node: Any, scope: _Scope) -> int | None:
        """Return the table whose owner column this is."""
        if not isinstance(node, sql.ColumnRef) or not all(
            isinstance(part, sql.String) for part in node.fields
        ):
            return None
        *alias, column = [part.sval for part in node.fields]
        if alias:
            table = scope.named(alias[-1])
            return id(table) if table and self._owners[table.relname] == column else None
        having = [table for table in scope.tables.values() if self._owners[table.relname] == column]
        return id(having[0]) if len(having) == 1 else None

    def _insert(self, node: Any) -> None:
        table = node.relation.relname
        if table not in self._owners:
            return
        owner = self._owners[table]
        columns = [column.name for column in node.cols or ()]
        if owner in columns and _gives_parameter(node.selectStmt, columns.index(owner)):
            self._owned.add(id(node.relation))
        clause = node.onConflictClause
        if clause and clause.action == OnConflictAction.ONCONFLICT_UPDATE:
            arbiter = [each.name for each in (clause.infer.indexElems if clause.infer else None) or ()]
            if owner not in arbiter:
                self._faults.append(f"{table}: on conflict ({', '.join(arbiter)}) may change another's row")
            self._given_away(clause.targetList, table)

    def _given_away(self, targets: Any, table: str) -> None:
        if any(target.name == self._owners.get(table) for target in targets or ()):
            self._faults.append(f"{table}: a row is given to another user")


def _is_parameter(node: Any) -> bool:
    return isinstance(node.arg if isinstance(node, sql.TypeCast) else node, sql.ParamRef)


def _gives_parameter(select: Any, position: int) -> bool:
    if select is None:
        return False
    if select.valuesLists:
        return all(_is_parameter(values[position]) for values in select.valuesLists)
    targets = select.targetList or ()
    return position < len(targets) and _is_parameter(targets[position].val)
