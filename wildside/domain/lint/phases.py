"""Rules of changes that old and new programs live through: locks, and expand and contract."""

import re
from collections.abc import Collection, Iterator

from wildside.domain.lint.rules import Offence, file_rule, folder_rule
from wildside.domain.lint.tree import commands, created_table, dropped, names_in, nodes, table_of
from wildside.domain.lint.values import Folder, SqlFile, Statement
from wildside.domain.migration_files import Migration

_HEAD = "-- What it is for.\n\n"
_TOUCHING = (
    "AlterTableStmt",
    "IndexStmt",
    "CreateTrigStmt",
    "CreatePolicyStmt",
    "AlterPolicyStmt",
    "RuleStmt",
    "RenameStmt",
    "AlterObjectSchemaStmt",
    "InsertStmt",
    "UpdateStmt",
    "DeleteStmt",
    "MergeStmt",
    "ClusterStmt",
    "ReindexStmt",
    "CopyStmt",
    "RefreshMatViewStmt",
)
_WRITING = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
_OF_A_TABLE = ("OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE")
_BREAKING_DROPS = tuple(
    f"OBJECT_{kind}"
    for kind in (
        "TABLE",
        "VIEW",
        "MATVIEW",
        "FOREIGN_TABLE",
        "SEQUENCE",
        "TYPE",
        "DOMAIN",
        "SCHEMA",
        "EXTENSION",
        "FUNCTION",
        "PROCEDURE",
        "ROUTINE",
        "AGGREGATE",
    )
)
_BREAKING_COMMANDS = {
    "AT_DropColumn": "dropping a column",
    "AT_AlterColumnType": "changing a type",
    "AT_SetNotNull": "setting not null",
}
_EXPAND = {"0001.names.sql": "-- Names.\n-- phase: expand\n\nselect 1;\n"}


def _touched(one: Statement) -> Iterator[str]:
    """Yield the tables that a statement locks; an index that it drops stands for its own table."""
    if one.kind in _TOUCHING:
        yield table_of(one)
    elif one.kind == "DropStmt":
        kind = one.tree["removeType"]
        if kind in ("OBJECT_TABLE", "OBJECT_MATVIEW", "OBJECT_INDEX"):
            yield from (parts[-1] for parts in dropped(one))
        elif kind in _OF_A_TABLE:
            yield from (parts[-2] for parts in dropped(one))
    elif one.kind in ("TruncateStmt", "LockStmt"):
        yield from (node["relname"] for node in nodes(one.tree["relations"], "RangeVar"))
    elif one.kind == "CommentStmt" and one.tree["objtype"] in ("OBJECT_TABLE", "OBJECT_COLUMN"):
        last = 1 if one.tree["objtype"] == "OBJECT_TABLE" else 2
        yield names_in(one.tree["object"])[-last:][0]
    within = one.tree.get("withClause", {})
    yield from (node["relation"]["relname"] for kind in _WRITING for node in nodes(within, kind))
    if one.kind in ("CreateStmt", "AlterTableStmt"):
        keys = (node for node in nodes(one.tree, "Constraint") if "pktable" in node)
        yield from (key["pktable"]["relname"] for key in keys)
        yield from (node["relname"] for node in nodes(one.tree.get("inhRelations", []), "RangeVar"))


@file_rule(
    "lock-timeout",
    "A file that touches a table which it does not make says `set local lock_timeout` before: who waits"
    " for a lock makes everybody behind wait too.",
    bad=_HEAD + "alter table walks add column name text;\n",
    good=_HEAD + "set local lock_timeout = '2s';\n\nalter table walks add column name text;\n",
)
def lock_timeout(file: SqlFile) -> Iterator[Offence]:
    """Look for the first statement that may wait for a lock."""
    own = {""}
    for one in file.parsed.statements:
        if _limits_waiting(one):
            return
        own |= {_made(one, own)}
        touched = [table for table in _touched(one) if table not in own]
        if touched and file.transactional:
            yield one.line, f"this may wait for a lock on {touched[0]}: `set local lock_timeout` before it"
            return


def _limits_waiting(one: Statement) -> bool:
    """Whether it sets a time to wait for a lock: 0 and `default` are none."""
    if one.kind != "VariableSetStmt" or one.tree.get("name") != "lock_timeout":
        return False
    constants = nodes(one.tree.get("args", []), "A_Const")
    values = [value for each in constants for name, value in each.items() if name != "location"]
    return re.search("[1-9]", str(values)) is not None


def _made(one: Statement, own: Collection[str]) -> str:
    """Return the table or view that a statement makes, or the index of a table that is its file's own."""
    if one.kind == "ViewStmt":
        return str(one.tree["view"]["relname"])
    if one.kind == "IndexStmt":
        return str(one.tree.get("idxname", "")) if table_of(one) in own else ""
    return str(created_table(one).get("relname", ""))


@file_rule(
    "contract",
    "What programs of the release before may still use is dropped, renamed, given another type or made"
    " not null only in a file that says `-- phase: contract`.",
    bad=_HEAD + "set local lock_timeout = '2s';\n\nalter table walks rename column name to title;\n",
    good={
        **_EXPAND,
        "0002.names_gone.sql": "-- The old name goes.\n-- phase: contract\n-- closes: 0001.names\n\n"
        "alter table walks drop column name;\n",
    },
    rollbacks=False,
)
def contract(file: SqlFile) -> Iterator[Offence]:
    """Look for statements that take something away."""
    if file.phase == "contract":
        return
    made: set[str] = set()
    for one in file.parsed.statements:
        if table_of(one) not in made:
            yield from ((one.line, f"{what} belongs into a contract step") for what in _breaks(one, made))
        made.update([created_table(one)["relname"]] if created_table(one) else [])


def _breaks(one: Statement, made: Collection[str]) -> Iterator[str]:
    if one.kind == "DropStmt" and one.tree["removeType"] in _BREAKING_DROPS:
        tables = [parts[-1] for parts in dropped(one)] if one.tree["removeType"] == "OBJECT_TABLE" else [""]
        if not all(table in made for table in tables):
            yield f"dropping a {one.tree['removeType'].removeprefix('OBJECT_').lower()}"
    elif one.kind == "RenameStmt" or (one.kind == "AlterEnumStmt" and "oldVal" in one.tree):
        yield "renaming"
    elif one.kind == "AlterObjectSchemaStmt":
        yield "moving to another schema"
    for part in commands(one):
        if part["subtype"] in _BREAKING_COMMANDS:
            yield _BREAKING_COMMANDS[part["subtype"]]
        elif part["subtype"] == "AT_ColumnDefault" and "def" not in part:
            yield "dropping a default"


@folder_rule(
    "closes",
    "A contract step names with `-- closes:` an earlier expand step that no other has closed, and only"
    " contract steps close.",
    bad=_EXPAND
    | {"0002.names_gone.sql": "-- Old name.\n-- phase: contract\n-- closes: 0007.x\n\nselect 1;\n"},
    good=_EXPAND
    | {"0002.names_gone.sql": "-- Old name.\n-- phase: contract\n-- closes: 0001.names\n\nselect 1;\n"},
)
def closes(folder: Folder) -> Iterator[tuple[str, int, str]]:
    """Match contract steps with expand steps."""
    closed: dict[str, str] = {}
    for index, one in enumerate(folder.migrations):
        value, line = one.directives.get("closes", ("", 0))
        phase, phase_line = one.directives.get("phase", ("", 0))
        if phase == "contract" and not value:
            yield one.file, line or phase_line, "a contract step says `-- closes:` which expand step it ends"
        elif line and phase != "contract":
            yield one.file, line, "only a contract step closes another: say `-- phase: contract`"
        elif line:
            problem = _not_to_close(folder, value, index, closed)
            if problem:
                yield one.file, line, problem
            closed.setdefault(value, one.id)


def _not_to_close(folder: Folder, value: str, index: int, closed: dict[str, str]) -> str | None:
    position = folder.position(value)
    if position is None:
        return f"there is no migration {value}"
    if position >= index:
        return f"{value} does not come before it"
    if _phase(folder.migrations[position]) != "expand":
        return f"{value} does not say `-- phase: expand`"
    return f"{closed[value]} has closed {value} already" if value in closed else None


def _phase(migration: Migration) -> str:
    return migration.directives.get("phase", ("", 0))[0]


RULES = (lock_timeout, contract, closes)
