"""Change one reference row by hand: set, hide, unhide and release, each one transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from wildside.domain.command_errors import EditInvalid, EditRefused
from wildside.domain.editing import (
    Changed,
    Edit,
    changed_fields,
    known_table,
    no_such_row,
    parse_fields,
    parse_key,
)
from wildside.domain.errors import ConstraintViolated
from wildside.domain.links import Outcome, link_problems
from wildside.domain.reference import Key, Row, Table, Tables
from wildside.domain.source import SourceFile, pointer
from wildside.domain.source_rows import row_problems
from wildside.ports.database import Database
from wildside.ports.seeding import SeedStore


@dataclass(frozen=True, slots=True)
class EditOrder:
    """Who edits and why, and how many seconds to wait for a seed to end."""

    actor: str
    reason: str
    wait: float = 10.0
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did. No fields: there was nothing to do, and no version was made."""

    table: str
    key: Key
    fields: Changed
    version: int


async def edit_reference(database: Database, edit: Edit, order: EditOrder) -> Edited:
    """Change one row, or leave everything as it was.

    Raises EditInvalid with every problem at once, EditRefused when other rows are in the way,
    SeedLocked when a seed is at work.
    """
    async with database.transaction(keep=not order.dry_run) as stores:
        await stores.seeding.begin(order.actor, order.reason, order.wait)
        tables = await stores.seeding.tables()
        table = known_table(tables, edit.table)
        key = parse_key(table, edit.key)
        row = await find_row(stores.seeding, table, key)
        given = await _checked(stores.seeding, table, row, edit.given)
        fields = changed_fields(row, {**row, **given, **edit.fixed})
        idle = edit.given and not changed_fields(row, {**row, **given})
        if not fields or idle:
            return Edited(table.name, key, {}, await stores.seeding.version())
        changes = {column: after for column, (_, after) in fields.items()}
        await _check_links(stores.seeding, tables, table, {**row, **changes})
        with explained():
            await stores.editing.revise(table.name, key, changes)
            await stores.seeding.settle()
        return Edited(table.name, key, fields, await stores.seeding.version())


async def find_row(store: SeedStore, table: Table, key: Key) -> Row:
    """Return a row by its key. Raises EditInvalid, naming what the key is called now."""
    for row in await store.rows(table.name):
        if table.key_of(row) == key:
            return row
    raise no_such_row(table, key, await store.aliases(table.name))


async def _checked(store: SeedStore, table: Table, row: Row, given: Mapping[str, str]) -> Row:
    values, problems = parse_fields(table, given)
    places = {pointer(name): name for name in values}
    whole = {column.name: row[column.name] for column in table.columns}
    for found in row_problems(table, SourceFile("", [{**whole, **values}])):
        place = "/" + found.pointer[1:].partition("/")[0]
        if place in places:
            values.pop(places[place], None)
            problems.append(f"{found.pointer[1:]}: {found.code}: {found.message}")
    for violation in await store.violations(table.name, [{**whole, **values}]):
        code = "check_violation" if violation.constraint else "wrong_type"
        problems.append(f"{', '.join(violation.columns)}: {code}: {violation.message}")
    if problems:
        raise EditInvalid("nothing was written", problems)
    return values


async def _check_links(store: SeedStore, tables: Tables, table: Table, after: Row) -> None:
    """Say which rows would be left without an active parent; the database only says that there are any."""
    outcomes = {
        name: Outcome({each.key_of(row): row for row in await store.rows(name)}, "", {})
        for name, each in tables.items()
    }
    rows = {**outcomes[table.name].rows, table.key_of(after): after}
    outcomes[table.name] = Outcome(rows, "", {})
    problems = link_problems(tables, outcomes)
    if problems:
        raise EditRefused("nothing was written", [f"{each.code}: {each.message}" for each in problems])


@contextmanager
def explained() -> Iterator[None]:
    """Turn a broken rule into a refusal that names it."""
    try:
        yield
    except ConstraintViolated as error:
        raise EditRefused("nothing was written", [f"broken_rule: {error}"]) from error
