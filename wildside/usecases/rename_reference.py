"""Give one reference row a new key by hand; children and users' data follow."""

from dataclasses import dataclass

from wildside.domain.command_errors import EditInvalid, EditRefused
from wildside.domain.editing import known_table, parse_key, rename_line
from wildside.domain.reference import Key, show_key
from wildside.ports.database import Database
from wildside.usecases.edit_reference import EditOrder, explained, find_row


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a rename did, and the line with which the source has to declare it."""

    table: str
    old: Key
    new: Key
    declaration: str
    version: int


async def rename_reference(database: Database, name: str, old: str, new: str, order: EditOrder) -> Renamed:
    """Rename one row, or leave everything as it was. Raises EditInvalid, EditRefused, SeedLocked."""
    async with database.transaction(keep=not order.dry_run) as stores:
        await stores.seeding.begin(order.actor, order.reason, order.wait)
        table = known_table(await stores.seeding.tables(), name)
        old_key, new_key = parse_key(table, old), parse_key(table, new)
        row = await find_row(stores.seeding, table, old_key)
        if old_key == new_key:
            raise EditInvalid(f"{old} is its key already")
        if new_key in {table.key_of(each) for each in await stores.seeding.rows(name)}:
            taken = f"{name} has a row {show_key(new_key)} already"
            raise EditRefused(taken)
        whole = {column.name: row[column.name] for column in table.columns}
        renamed = {**whole, **dict(zip(table.key, new_key, strict=True))}
        violations = await stores.seeding.violations(name, [renamed])
        if violations:
            raise EditInvalid("nothing was written", [violation.message for violation in violations])
        with explained():
            await stores.seeding.rename(name, old_key, new_key)
            await stores.seeding.settle()
        line = rename_line(table, old_key, new_key)
        return Renamed(name, old_key, new_key, line, await stores.seeding.version())
