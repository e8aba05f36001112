"""What clients see differently at two versions."""

from collections.abc import Sequence

from wildside.domain.editing import Difference
from wildside.ports.history import HistoryDatabase
from wildside.usecases.roll_back_reference import check_version


async def compare_versions(database: HistoryDatabase, a: int, b: int) -> Sequence[Difference]:
    """Return the net difference, from one version to the other. Raises EditInvalid."""
    async with database.reading() as stores:
        newest = await stores.seeding.version()
        for version in (a, b):
            await check_version(stores.history, version, newest)
        return await stores.history.difference(a, b)
