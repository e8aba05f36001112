"""One release as a file that an app can be shipped with."""

from wildside.domain.release import Release, build_release
from wildside.ports.history import HistoryDatabase
from wildside.usecases.roll_back_reference import check_version


async def export_release(database: HistoryDatabase, number: int | None) -> Release:
    """Return the newest release, or that of a version. Raises NoRelease, EditInvalid."""
    async with database.reading() as stores:
        if number is None:
            return build_release(await stores.reference.content())
        await check_version(stores.history, number, await stores.seeding.version())
        return build_release(await stores.reference.content_at(number))
