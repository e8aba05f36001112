"""Put the demo city's routes into the catalogue: those that are missing, and all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from wildside.domain.command_errors import ExampleRoutesInvalid
from wildside.domain.example_routes import (
    REFERENCES,
    ExampleCity,
    ExamplePick,
    Known,
    collection_of,
    pick_of,
    problems_of,
    route_id,
    route_of,
    summary_of,
    trend_of,
)
from wildside.domain.route_catalogue import Explore
from wildside.ports.database import Database, Stores


@dataclass(frozen=True, slots=True)
class ExampleRoutesOutcome:
    """How many routes were made now, of how many; and whether anything was written."""

    made: int
    routes: int
    changed: bool


async def lacks_places(database: Database, city: ExampleCity) -> bool:
    """Return whether a place where a route of the city stops is not there. Raises NoRelease."""
    async with database.reading() as stores:
        await stores.reference.version()
        found = await stores.routes.places(sorted(city.places))
    return len(found) < len(city.places)


async def make_example_routes(database: Database, city: ExampleCity) -> ExampleRoutesOutcome:
    """Write what is missing of a city. What is there stays as it is, whoever has changed it since.

    Raises ExampleRoutesInvalid with everything that is wrong, and then nothing is written; NoRelease.
    """
    async with database.transaction() as stores:
        await stores.example_data.begin()
        there = await stores.route_catalogue.explore()
        missing = _missing(city, there)
        if missing == ExampleCity():
            return ExampleRoutesOutcome(0, len(city.routes), changed=False)
        known = await _known(stores, city, there)
        if problems := problems_of(city, known):
            raise ExampleRoutesInvalid(problems)
        made = await _add_routes(stores, missing, known)
        await _add_shelves(stores, missing)
    return ExampleRoutesOutcome(made, len(city.routes), changed=True)


def _missing(city: ExampleCity, there: Explore) -> ExampleCity:
    routes = {each.summary.route_id for each in there.routes}
    collections = {each.slug for each in there.collections}
    trending = {each.route_id for each in there.trending}
    picks = {each.pick.route_id for each in there.picks}
    return ExampleCity(
        tuple(each for each in city.routes if each.id not in routes),
        tuple(each for each in city.collections if each.slug not in collections),
        tuple(each for each in city.trending if route_id(each.route) not in trending),
        tuple(each for each in city.community_picks if route_id(each.route) not in picks),
    )


async def _known(stores: Stores, city: ExampleCity, there: Explore) -> Known:
    keys = {}
    for table in REFERENCES.values():
        rows = await stores.seeding.rows(table)
        keys[table] = {str(row["slug"]) for row in rows if row["is_active"]}
    places = await stores.routes.places(sorted(city.places))
    slugs = {each.summary.slug: each.summary.route_id for each in there.routes}
    return Known(keys, {place.id: place.location for place in places}, slugs)


async def _add_routes(stores: Stores, missing: ExampleCity, known: Known) -> int:
    """Add routes; one that the catalogue lacks may be there all the same."""
    there = await _there(stores, [each.id for each in missing.routes])
    moment = (await stores.reference.version()).created_at
    new = [each for each in missing.routes if each.id not in there]
    for each in new:
        await stores.routes.add(route_of(each, known.places, moment))
    for each in missing.routes:
        await stores.route_catalogue.put_summary(summary_of(each))
    return len(new)


async def _add_shelves(stores: Stores, missing: ExampleCity) -> None:
    wanted = {route_id(slug) for each in missing.collections for slug in each.routes}
    found = await stores.routes.curated(sorted(wanted))
    routes = {each.route.id: each.route for each in found}
    for collection in missing.collections:
        await stores.route_catalogue.put_collection(collection_of(collection, routes))
    for trend in missing.trending:
        await stores.route_catalogue.put_trend(trend_of(trend))
    for pick in missing.community_picks:
        await stores.route_catalogue.put_pick(pick_of(pick, await _curator(stores, pick)))


async def _there(stores: Stores, route_ids: Sequence[UUID]) -> set[UUID]:
    return {each.route.id for each in await stores.routes.curated(route_ids)}


async def _curator(stores: Stores, pick: ExamplePick) -> UUID | None:
    account = await stores.users.account(pick.curator)
    return account.user.id if account else None
