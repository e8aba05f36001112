"""Rules of transactions: yoyo gives each file one, unless the file says otherwise."""

from collections.abc import Callable, Iterator

from wildside.domain.lint.rules import Offence, file_rule
from wildside.domain.lint.tree import commands, guards, names_in, nodes, of_kind
from wildside.domain.lint.values import SqlFile, Statement

_HEAD = "-- What it is for.\n-- transactional: false\n\n"
_QUESTION = "-- Which walks are whose?\n"


def _reindexes_alone(one: Statement) -> bool:
    options = [node["DefElem"]["defname"] for node in one.tree.get("params", [])]
    everything = ("REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE")
    return "concurrently" in options or one.tree.get("kind") in everything


def _detaches_concurrently(one: Statement) -> bool:
    return any(part.get("concurrent") for part in nodes(one.tree, "PartitionCmd"))


def _is_option(name: str) -> Callable[[Statement], bool]:
    return lambda one: any(option["defname"] == name for option in nodes(one.tree, "DefElem"))


_ALONE: dict[str, Callable[[Statement], bool]] = {
    "IndexStmt": lambda one: bool(one.tree.get("concurrent")),
    "DropStmt": lambda one: bool(one.tree.get("concurrent")),
    "ReindexStmt": _reindexes_alone,
    "VacuumStmt": lambda one: bool(one.tree.get("is_vacuumcmd")),
    "ClusterStmt": lambda one: "relation" not in one.tree,
    "AlterTableStmt": _detaches_concurrently,
    "AlterDatabaseStmt": _is_option("tablespace"),
    "AlterSystemStmt": lambda _: True,
    "CreatedbStmt": lambda _: True,
    "DropdbStmt": lambda _: True,
    "CreateTableSpaceStmt": lambda _: True,
    "DropTableSpaceStmt": lambda _: True,
    "CreateSubscriptionStmt": lambda _: True,
    "DropSubscriptionStmt": lambda _: True,
    "DiscardStmt": lambda one: one.tree.get("target") == "DISCARD_ALL",
}
"""Statements that PostgreSQL refuses in a transaction, and when it does."""


def needs_no_transaction(one: Statement) -> bool:
    """Whether PostgreSQL refuses it in a transaction."""
    refused = _ALONE.get(one.kind)
    return refused is not None and refused(one)


@file_rule(
    "in-transaction",
    "What cannot run in a transaction (`concurrently`, `vacuum`, `alter system`, databases, tablespaces …)"
    " stands in a file that says `-- transactional: false`.",
    bad="-- What it is for.\n\n" + _QUESTION + "create index concurrently walks_owner on walks (owner);\n",
    good=_HEAD
    + "drop index concurrently if exists walks_owner;\n"
    + _QUESTION
    + "create index concurrently walks_owner on walks (owner);\n",
)
def in_transaction(file: SqlFile) -> Iterator[Offence]:
    """Look for such statements where there is a transaction."""
    if file.transactional:
        for one in file.parsed.statements:
            if needs_no_transaction(one):
                yield one.line, "this cannot run in a transaction: say `-- transactional: false`"


@file_rule(
    "one-statement",
    "A file without a transaction holds one statement that does something: what fails half-way stays"
    " half-way. Only a guard, `drop index concurrently if exists`, may precede `create index concurrently`.",
    bad=_HEAD + "vacuum walks;\nvacuum legs;\n",
    good=_HEAD + "vacuum walks;\n",
)
def one_statement(file: SqlFile) -> Iterator[Offence]:
    """Count the statements, guards left out."""
    if file.transactional:
        return
    spared = list(guards(file).values())
    effective = [one for one in file.parsed.statements if one not in spared]
    for one in effective[1:]:
        yield one.line, "a file without a transaction holds one statement; make another file of this"


@file_rule(
    "guard",
    "`create index concurrently` comes right after `drop index concurrently if exists` of the same index:"
    " when it fails it leaves an invalid index behind, which `if not exists` would take for a good one.",
    bad=_HEAD + _QUESTION + "create index concurrently if not exists walks_owner on walks (owner);\n",
    good=_HEAD
    + "drop index concurrently if exists walks_owner;\n"
    + _QUESTION
    + "create index concurrently walks_owner on walks (owner);\n",
)
def guard(file: SqlFile) -> Iterator[Offence]:
    """Look for the guard before."""
    there = guards(file)
    for one in of_kind(file, "IndexStmt"):
        index = one.tree.get("idxname")
        if one.tree.get("concurrent") and index not in there:
            yield one.line, f"put `drop index concurrently if exists {index or 'its_name'};` before it"


@file_rule(
    "transaction-control",
    "No `begin`, `commit`, `rollback` or `savepoint`: yoyo begins and ends transactions.",
    bad="-- What it is for.\n\nbegin;\nselect 1;\n",
    good="-- What it is for.\n\nselect 1;\n",
)
def transaction_control(file: SqlFile) -> Iterator[Offence]:
    """Look for statements that would end yoyo's transaction, or begin another."""
    for one in of_kind(file, "TransactionStmt"):
        yield one.line, "yoyo begins and ends transactions; a file neither does"


@file_rule(
    "add-value",
    "`alter type … add value` stands alone in its file: the value cannot be used before the commit.",
    bad="-- What it is for.\n\nalter type mood add value 'calm';\nselect 'calm'::mood;\n",
    good="-- What it is for.\n\nalter type mood add value 'calm';\n",
)
def add_value(file: SqlFile) -> Iterator[Offence]:
    """Look for other statements in a file that adds a value to a type it does not make itself."""
    made = {names_in(one.tree["typeName"])[-1] for one in of_kind(file, "CreateEnumStmt")}
    added = [
        one
        for one in of_kind(file, "AlterEnumStmt")
        if "oldVal" not in one.tree and names_in(one.tree["typeName"])[-1] not in made
    ]
    quiet = ("AlterEnumStmt", "VariableSetStmt", "CommentStmt")
    for one in file.parsed.statements:
        if added and one.offset > added[0].offset and one.kind not in quiet:
            yield one.line, "a value that this file adds cannot be used in it; make another file of this"


@file_rule(
    "validate",
    "`not valid` and `validate constraint` stand in separate files: in one transaction the second keeps"
    " the lock of the first while it reads the whole table.",
    bad="-- What it is for.\n\nalter table walks add constraint walks_named check (name <> '') not valid;\n"
    "alter table walks validate constraint walks_named;\n",
    good="-- What it is for.\n\nalter table walks add constraint walks_named check (name <> '') not valid;\n",
)
def validate(file: SqlFile) -> Iterator[Offence]:
    """Look for a validation in or after the statement that adds something unvalidated."""
    added = False
    for one in file.parsed.statements:
        added = added or any(node.get("skip_validation") for node in nodes(one.tree, "Constraint"))
        if added and any(part["subtype"] == "AT_ValidateConstraint" for part in commands(one)):
            yield one.line, "validate in a file of its own, after the one that adds it"


@file_rule(
    "set-local",
    "Settings are `set local`: they end with the file; without a transaction they do nothing.",
    bad="-- What it is for.\n\nset lock_timeout = '2s';\n",
    good="-- What it is for.\n\nset local lock_timeout = '2s';\n",
)
def set_local(file: SqlFile) -> Iterator[Offence]:
    """Look at settings of the session."""
    for one in of_kind(file, "VariableSetStmt"):
        if not one.tree.get("is_local"):
            yield one.line, "write `set local`, which ends with the file whoever runs it"
        elif not file.transactional:
            yield one.line, "without a transaction `set local` does nothing"


RULES = (in_transaction, one_statement, guard, transaction_control, add_value, validate, set_local)
