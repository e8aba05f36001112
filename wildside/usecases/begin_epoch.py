"""Begin another line of versions, so that nothing which clients hold is taken for what is here."""

from wildside.domain.editing import Epoch
from wildside.ports.history import HistoryDatabase
from wildside.usecases.edit_reference import EditOrder


async def begin_epoch(database: HistoryDatabase, order: EditOrder) -> Epoch:
    """Give the versions another name; their content stays. Raises SeedLocked when a seed is at work."""
    async with database.transaction(keep=not order.dry_run) as stores:
        await stores.seeding.begin(order.actor, order.reason, order.wait)
        await stores.history.begin_epoch()
        newest, *_ = await stores.history.epochs()
        return newest
