"""A catalogue put into a database, for tests of what is shown of it."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from tests.summaries import collection, pick, route, summary, trend
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Stores

A, B, C = (UUID(int=number) for number in (10, 11, 12))
CURATOR = UUID(int=1)


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[Stores]:
    async with PostgresDatabase(url, Limits(), "tests") as database, database.transaction() as stores:
        yield stores


async def fill(url: str, shuffle: int | None = None) -> None:
    """Put a catalogue there, in an order of its own; its lists keep theirs."""
    dice = random.Random(shuffle)
    async with writing(url) as stores:
        catalogue = stores.route_catalogue
        await stores.users.add(CURATOR, "Ada L")
        listed = [(C, "c"), (A, "a"), (B, "b")]
        collections = [
            collection("late", sort_order=2, route_ids=(C, A)),
            collection("same-b", route_ids=(B,)),
            collection("same-a", route_ids=(A, B, C)),
        ]
        if shuffle is not None:
            dice.shuffle(listed)
            dice.shuffle(collections)
        for route_id, slug in listed:
            await stores.routes.add(route(id=route_id, title=slug))
            await catalogue.put_summary(summary(route_id, slug))
        for each in collections:
            await catalogue.put_collection(each)
        for trended in (trend(B), trend(A, trend_percent=30.0)):
            await catalogue.put_trend(trended)
        for picked in (pick(C, CURATOR), pick(A, rating=3.5)):
            await catalogue.put_pick(picked)


def filled(url: str, shuffle: int | None = None) -> None:
    """Fill a database from a test that is no coroutine."""
    asyncio.run(fill(url, shuffle))
