"""What operators watch, over dicts and on PostgreSQL."""

from datetime import timedelta

from tests.builders import MOMENT
from tests.stores.contract import Backend, kind
from tests.stores.test_sessions_contract import begin, may_log_in
from wildside.domain.figures import Figures
from wildside.domain.seeding import SeedRun


async def figures(backend: Backend) -> Figures:
    async with backend.database.reading() as stores:
        return await stores.figures.figures()


async def test_the_version_is_the_newest(backend: Backend) -> None:
    before = await figures(backend)
    await backend.given("kinds", kind("cafe"))
    after = await figures(backend)
    assert after.version == before.version + 1 == await backend.number()
    assert after.released_at > before.released_at


async def test_sessions_that_hold_are_counted(backend: Backend) -> None:
    user_id = await may_log_in(backend)
    first, _ = await begin(backend, user_id), await begin(backend, user_id)
    await begin(backend, user_id, timedelta(microseconds=1))
    assert (await figures(backend)).sessions == 2
    async with backend.database.transaction() as stores:
        await stores.sessions.end(user_id, first)
    assert (await figures(backend)).sessions == 1


async def test_seeds_are_counted_and_the_last_is_dated(backend: Backend) -> None:
    before = await figures(backend)
    assert (before.seed_runs, before.seeded_at) == (0, None)
    for hours in (2, 1):
        ended = MOMENT + timedelta(hours=hours)
        async with backend.database.transaction() as stores:
            await stores.seeding.record(SeedRun(MOMENT, ended, "0" * 64, "tester", {}, 0, 0))
    after = await figures(backend)
    assert (after.seed_runs, after.seeded_at) == (2, MOMENT + timedelta(hours=2))
