"""Putting a demo city into a catalogue, on both databases: what is missing, all of it or nothing."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.stores.city.conftest import City
from tests.summaries import NAMED, route, summary
from wildside.domain.command_errors import ExampleRoutesInvalid
from wildside.domain.example_routes import ExampleCity, parse_city, route_id
from wildside.domain.route_catalogue import Explore
from wildside.usecases.make_example_routes import ExampleRoutesOutcome, lacks_places, make_example_routes


def walk(slug: str, *stops: int, **changes: Any) -> dict[str, Any]:
    return {
        "slug": slug, "title": slug, "stops": [f"node/{stop}" for stop in stops], "category": "waterfront",
        "theme": "golden-hour", "difficulty": "easy", "surface": "cobbles", "gradient": "flat",
        "crowd_level": "quiet", "region": "helsinki", "localizations": NAMED, "tags": ["views"], **changes,
    }  # fmt: skip


def demo(**changes: Any) -> ExampleCity:
    pick = {"rating": 4.0, "saves": 1, "picked_at": "2026-01-01T00:00:00Z", "localizations": NAMED}
    parts = {
        "routes": [walk("b", 1, 2), walk("a", 1, 2, 3)],
        "collections": [
            {"slug": "both", "sort_order": 1, "difficulty": "easy", "routes": ["b", "a"],
             "localizations": NAMED}
        ],
        "trending": [{"route": each, "trend_percent": 3.0, "localizations": NAMED} for each in ("b", "a")],
        "community_picks": [
            {"route": "a", "curator": "nobody", **pick}, {"route": "b", "curator": "demo-2", **pick},
        ],
    }  # fmt: skip
    return parse_city({**parts, **changes})


async def made(city: City, wanted: ExampleCity) -> ExampleRoutesOutcome:
    return await make_example_routes(city.database, wanted)


async def curator(city: City) -> UUID:
    user_id = uuid4()
    async with city.database.transaction() as stores:
        await stores.users.add(user_id, "Ada")
        await stores.credentials.add(user_id, "demo-2", "$argon2id$")
    return user_id


def slugs(explore: Explore) -> list[str]:
    return [each.summary.slug for each in explore.routes]


async def test_a_city_is_put_into_the_catalogue(city: City) -> None:
    ada = await curator(city)
    assert await made(city, demo()) == ExampleRoutesOutcome(2, 2, changed=True)
    found = await city.explore()
    assert slugs(found) == ["a", "b"]
    assert [(each.slug, each.route_ids) for each in found.collections] == [
        ("both", (route_id("b"), route_id("a")))
    ]
    assert [each.route_id for each in found.trending] == [route_id("b"), route_id("a")]
    assert [(each.pick.user_id, each.curator) for each in found.picks] == [(None, None), (ada, "Ada")]
    async with city.database.reading() as stores:
        route = await stores.routes.get(uuid4(), route_id("a"))
    assert route is not None
    assert [place.name for place in route.places] == ["Place 1", "Place 2", "Place 3"]
    (collection,) = found.collections
    lengths = [each.distance_metres for each in found.routes]
    assert (collection.distance.least, collection.distance.most) == (min(lengths), max(lengths))


async def test_again_nothing_is_written(city: City) -> None:
    await made(city, demo())
    before = await city.explore()
    assert await made(city, demo()) == ExampleRoutesOutcome(0, 2, changed=False)
    assert await city.explore() == before


async def test_what_is_there_stays_as_it_is_and_what_is_missing_is_added(city: City) -> None:
    await made(city, demo())
    changed = summary(route_id("a"), "renamed", rating=1.0)
    await city.put("summary", changed)
    more = demo(routes=[walk("b", 1, 2), walk("a", 1, 2, 3), walk("c", 3, 1)])
    assert await made(city, more) == ExampleRoutesOutcome(1, 3, changed=True)
    found = await city.explore()
    assert slugs(found) == ["b", "c", "renamed"]
    assert found.routes[2].summary == changed


async def test_a_pick_of_who_was_erased_stays_without_them(city: City) -> None:
    ada = await curator(city)
    await made(city, demo())
    async with city.database.transaction() as stores:
        await stores.users.erase(ada)
    assert not (await made(city, demo())).changed
    assert [each.curator for each in (await city.explore()).picks] == [None, None]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"routes": [walk("a", 1, 9), walk("b", 1, 2)]}, "there is no place node/9"),
        ({"routes": [walk("a", 1, 2, theme="none"), walk("b", 1, 2)]}, "themes has no none"),
        ({"routes": [walk("a", 1, 2)]}, "there is no route b"),
    ],
)
async def test_where_something_is_wrong_nothing_is_written(city: City, changes: Any, problem: str) -> None:
    before = await city.explore()
    with pytest.raises(ExampleRoutesInvalid) as refused:
        await made(city, demo(**changes))
    assert problem in str(refused.value)
    assert await city.explore() == before


async def test_a_word_that_is_no_longer_offered_is_unknown(city: City) -> None:
    async with city.database.transaction() as stores:
        await stores.seeding.deprecate("tags", [("views",)])
    with pytest.raises(ExampleRoutesInvalid) as refused:
        await made(city, demo())
    assert refused.value.problems == ("b: tags has no views", "a: tags has no views")


async def test_a_slug_of_another_route_is_refused(city: City) -> None:
    await city.listed("a")
    with pytest.raises(ExampleRoutesInvalid) as refused:
        await made(city, demo())
    assert refused.value.problems == ("a: another route of the catalogue has this slug",)


async def test_a_route_that_the_catalogue_has_lost_is_described_again(city: City) -> None:
    await city.add(route(id=route_id("a"), distance_metres=77))
    assert await made(city, demo()) == ExampleRoutesOutcome(1, 2, changed=True)
    assert {each.distance_metres for each in (await city.explore()).routes if each.summary.slug == "a"} == {
        77
    }


async def test_two_at_once_make_it_once(city: City) -> None:
    outcomes = await asyncio.gather(*(made(city, demo()) for _ in range(2)))
    assert sorted(each.changed for each in outcomes) == [False, True]
    assert slugs(await city.explore()) == ["a", "b"]


async def test_places_are_lacking_until_all_are_there(city: City) -> None:
    assert not await lacks_places(city.database, demo())
    assert await lacks_places(city.database, demo(routes=[walk("a", 1, 9)]))
