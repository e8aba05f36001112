"""Bring the content of an earlier version back, as a new version."""

from collections.abc import Sequence
from dataclasses import dataclass

from wildside.domain.command_errors import EditInvalid
from wildside.domain.editing import Difference
from wildside.ports.history import HistoryDatabase, HistoryStore
from wildside.usecases.edit_reference import EditOrder, explained


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a roll-back did, or would do in a dry run: from which version, to which new one."""

    target: int
    version_from: int
    version_to: int
    differences: Sequence[Difference]
    dry_run: bool


async def roll_back_reference(database: HistoryDatabase, target: int, order: EditOrder) -> RolledBack:
    """Write the content of a version anew, or leave everything as it was.

    Raises EditInvalid for a version that never was, EditRefused where its rows break a rule of
    today, SeedLocked when a seed is at work.
    """
    async with database.transaction(keep=not order.dry_run) as stores:
        await stores.seeding.begin(order.actor, order.reason, order.wait)
        newest = await stores.seeding.version()
        await check_version(stores.history, target, newest)
        with explained():
            await stores.history.roll_back(target)
            await stores.seeding.settle()
        made = await stores.seeding.version()
        differences = await stores.history.difference(newest, made)
        return RolledBack(target, newest, made, differences, order.dry_run)


async def check_version(store: HistoryStore, version: int, newest: int) -> None:
    """Raise EditInvalid for a version that never was."""
    if not 0 < version <= newest or not await store.has(version):
        raise EditInvalid(f"there is no version {version}; the newest is {newest}")
