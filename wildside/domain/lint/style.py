"""Rules of the house: how SQL is written."""

import re
from collections.abc import Iterator

from wildside.domain.lint.rules import Offence, file_rule
from wildside.domain.lint.tree import (
    column_types,
    constraints,
    created_table,
    guards,
    names_in,
    nodes,
    of_kind,
    table_of,
)
from wildside.domain.lint.values import SqlFile, Statement, Tree

_HEAD = "-- What it is for.\n\n"
_TYPES = {
    "varchar": "text with a named check",
    "bpchar": "text with a named check",
    "timestamp": "timestamptz",
    "timetz": "time, or timestamptz",
    "json": "jsonb",
}
_NAMED = ("CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_CHECK", "CONSTR_FOREIGN", "CONSTR_EXCLUSION")
_ON_DELETE = re.compile(r"\bon\s+delete\b", re.IGNORECASE)


@file_rule(
    "lower-case",
    "Keywords and names are lower case.",
    bad=_HEAD + "CREATE table walks (id uuid);\n",
    good=_HEAD + "create table walks (id uuid);\n",
)
def lower_case(file: SqlFile) -> Iterator[Offence]:
    """Look at every word outside strings, quotes and comments; one finding a line."""
    told = 0
    for word in file.parsed.words:
        if word.text != word.text.lower() and word.line != told:
            told = word.line
            yield word.line, f"write {word.text.lower()}, not {word.text}"


@file_rule(
    "type",
    "`text` with a named check instead of `varchar` and `char`, `timestamptz` instead of `timestamp`,"
    " `jsonb` instead of `json`.",
    bad=_HEAD + "create table walks (\n    name varchar(80)\n);\n",
    good=_HEAD + "create table walks (\n    name text,\n    taken_at timestamptz\n);\n",
)
def column_type(file: SqlFile) -> Iterator[Offence]:
    """Look at the types of columns."""
    for one in file.parsed.statements:
        for name, line in column_types(one):
            if name in _TYPES:
                yield line, f"{_TYPES[name]}, not {name}"


@file_rule(
    "named-constraint",
    "Every constraint has a name, which begins with its table's: names are how errors are told apart.",
    bad=_HEAD + "create table walks (\n    id uuid primary key\n);\n",
    good=_HEAD + "create table walks (\n    id uuid,\n    constraint walks_pkey primary key (id)\n);\n",
)
def named_constraint(file: SqlFile) -> Iterator[Offence]:
    """Look at the names of constraints."""
    for one in of_kind(file, "CreateStmt", "AlterTableStmt"):
        table = table_of(one)
        for constraint, line in constraints(one):
            if constraint["contype"] in _NAMED:
                yield from (
                    (line, text) for text in _misnamed("constraint", constraint.get("conname"), table)
                )


@file_rule(
    "named-index",
    "Every index has a name, which begins with its table's.",
    bad=_HEAD + "-- Whose walks?\ncreate index on walks (owner);\n",
    good=_HEAD + "-- Whose walks?\ncreate index walks_owner on walks (owner);\n",
)
def named_index(file: SqlFile) -> Iterator[Offence]:
    """Look at the names of indexes."""
    for one in of_kind(file, "IndexStmt"):
        yield from ((one.line, text) for text in _misnamed("index", one.tree.get("idxname"), table_of(one)))


def _misnamed(what: str, name: str | None, table: str) -> Iterator[str]:
    if not name:
        yield f"give the {what} a name that begins with {table}_"
    elif not name.startswith(f"{table}_"):
        yield f"the name of the {what} {name} does not begin with {table}_"


@file_rule(
    "on-delete",
    "Every foreign key states `on delete`.",
    bad=_HEAD + "alter table legs add constraint legs_walk_fkey foreign key (walk)\n    references walks;\n",
    good=_HEAD + "alter table legs add constraint legs_walk_fkey foreign key (walk)\n"
    "    references walks on delete cascade not valid;\n",
)
def on_delete(file: SqlFile) -> Iterator[Offence]:
    """Look at foreign keys; the tree does not tell `no action` from nothing, so the text is asked."""
    for one in of_kind(file, "CreateStmt", "AlterTableStmt"):
        for constraint, line in constraints(one):
            foreign = constraint["contype"] == "CONSTR_FOREIGN"
            if foreign and constraint.get("fk_del_action") == "a" and not _says_on_delete(one, constraint):
                yield line, "state what happens on delete, if only `on delete no action`"


def _says_on_delete(statement: Statement, constraint: Tree) -> bool:
    starts = [node["location"] for node, _ in constraints(statement) if "location" in node]
    begin = constraint["location"] - statement.offset
    after = [start - statement.offset for start in starts if start > constraint["location"]]
    text = statement.text.encode()[begin : min(after, default=None)]
    return _ON_DELETE.search(text.decode(errors="replace")) is not None


@file_rule(
    "question",
    "Above each index stands the question that it answers.",
    bad=_HEAD + "create index walks_owner on walks (owner);\n",
    good=_HEAD + "-- Which walks are whose?\ncreate index walks_owner on walks (owner);\n",
    rollbacks=False,
)
def question(file: SqlFile) -> Iterator[Offence]:
    """Look at the line above."""
    for one in of_kind(file, "IndexStmt"):
        above = file.lines[one.line - 2] if one.line > 1 else ""
        if not (above.startswith("-- ") and above.endswith("?")):
            yield one.line, "put the question that the index answers above it: `-- Which …?`"


@file_rule(
    "table-comment",
    "A file comments on each table that it makes.",
    bad=_HEAD + "create table walks (id uuid);\n",
    good=_HEAD + "create table walks (id uuid);\ncomment on table walks is 'What somebody walked.';\n",
    rollbacks=False,
)
def table_comment(file: SqlFile) -> Iterator[Offence]:
    """Compare tables with comments."""
    told = [
        names_in(one.tree["object"])[-1]
        for one in of_kind(file, "CommentStmt")
        if one.tree["objtype"] in ("OBJECT_TABLE", "OBJECT_MATVIEW") and one.tree.get("comment")
    ]
    for one in of_kind(file, "CreateStmt", "CreateTableAsStmt"):
        made = created_table(one)
        name = made["relname"]
        kind = "materialized view" if one.tree.get("objtype") == "OBJECT_MATVIEW" else "table"
        if name not in told and made.get("relpersistence") != "t":
            yield one.line, f"say what {name} is for: `comment on {kind} {name} is …`"


@file_rule(
    "if-exists",
    "No `if exists` and no `if not exists`: a migration knows what is there. Guards of indexes are spared.",
    bad=_HEAD + "create table if not exists walks (id uuid);\n",
    good=_HEAD + "create table walks (id uuid);\n",
)
def if_exists(file: SqlFile) -> Iterator[Offence]:
    """Look for what a statement is ready to find missing, or there already."""
    spared = list(guards(file).values())
    flags = ("if_not_exists", "missing_ok", "skipIfNewValExists")
    for one in file.parsed.statements:
        parts = [one.tree, *nodes(one.tree, "AlterTableCmd")]
        alone = not file.transactional and one.kind == "DropStmt" and one.tree.get("concurrent")
        if one not in spared and not alone and any(part.get(flag) for part in parts for flag in flags):
            yield one.line, "a migration knows what is there; leave out `if (not) exists`"


RULES = (
    lower_case,
    column_type,
    named_constraint,
    named_index,
    on_delete,
    question,
    table_comment,
    if_exists,
)
