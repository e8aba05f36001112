"""The real reference data through the real seed."""

from tests.builders import seed_order
from tests.conftest import REFERENCE
from wildside.domain.release import build_release
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.usecases.seed_reference import seed_reference


async def test_seeding_twice_makes_no_version_and_the_same_bytes(database: PostgresDatabase) -> None:
    source = read_source(REFERENCE)
    first = await seed_reference(database, source, seed_order())
    async with database.reading() as stores:
        before = build_release(await stores.reference.content())
    second = await seed_reference(database, source, seed_order())
    async with database.reading() as stores:
        after = build_release(await stores.reference.content())
    assert (first.run.version_from, first.run.version_to) == (0, 1)
    assert second.repeated
    assert after.bootstrap == before.bootstrap
