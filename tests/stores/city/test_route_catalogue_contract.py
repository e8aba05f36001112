"""The catalogue: what both databases keep of it, in which order, and what they refuse."""

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.stores.city.conftest import KEYS, ORDERS, City, memory
from tests.summaries import collection, pick, route, summary, trend
from wildside.domain.errors import ConstraintViolated, NoRelease, Unauthorized
from wildside.domain.route_catalogue import DESCRIBING
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Database


async def test_nothing_is_in_a_new_catalogue_but_what_reference_data_has(city: City) -> None:
    found = await city.explore()
    assert (found.routes, found.collections, found.trending, found.picks) == ((), (), (), ())
    assert [row["slug"] for row in found.categories][:2] == ["nature", "street-art"]
    assert set(found.themes[0]) == {"slug", "sort_order", "icon", "localizations"}


async def test_everything_is_read_as_it_was_put_in_its_order(city: City) -> None:
    b, c, a = await city.listed("b", "c", "a", rating=None)
    ada = await city.somebody()
    await city.put(
        "collection", collection("z", route_ids=(c, a)), collection("y"), collection("x", sort_order=0)
    )
    await city.put("trend", trend(c), trend(a, trend_percent=-3.25))
    await city.put("pick", pick(b, ada), pick(a))
    found = await city.explore()
    assert [one.summary for one in found.routes] == [
        summary(i, s, rating=None) for i, s in ((a, "a"), (b, "b"), (c, "c"))
    ]
    assert {(one.distance_metres, one.duration_seconds) for one in found.routes} == {(1200, 900)}
    assert found.collections == (
        collection("x", sort_order=0), collection("y"), collection("z", route_ids=(c, a)),
    )  # fmt: skip
    assert found.trending == (trend(c), trend(a, trend_percent=-3.25))
    assert [(one.pick, one.curator) for one in found.picks] == [(pick(b, ada), "Ada"), (pick(a), None)]


async def test_what_is_put_again_takes_the_place_of_what_was_there(city: City) -> None:
    a, b = await city.listed("a", "b")
    again = summary(a, "c", tags=("art", "coffee"), badges=(), rating=1.0, theme="wild-city")
    await city.put("summary", again)
    await city.put("collection", collection(route_ids=(a, b)))
    await city.put("collection", collection(route_ids=(b, a), sort_order=7))
    await city.put("collection", collection(route_ids=(b,)))
    await city.put("trend", trend(a), trend(b), trend(a, trend_percent=1.0))
    await city.put("pick", pick(a), pick(b), pick(a, saves=9))
    found = await city.explore()
    assert [one.summary for one in found.routes] == [summary(b, "b"), again]
    assert found.collections == (collection(route_ids=(b,)),)
    assert found.trending == (trend(a, trend_percent=1.0), trend(b))
    assert [one.pick for one in found.picks] == [pick(a, saves=9), pick(b)]


@pytest.mark.parametrize("changes", [{"tags": ("views", "coffee", "art")}, {"badges": ()}, {"rating": None}])
async def test_every_change_is_a_later_moment(city: City, changes: Any) -> None:
    (a,) = await city.listed("a")
    moments = [(await city.explore()).changed_at]
    for kind, value in (
        ("summary", summary(a, "a", **changes)),
        ("collection", collection()),
        ("trend", trend(a)),
        ("pick", pick(a)),
    ):
        await city.put(kind, value)
        moments.append((await city.explore()).changed_at)
    assert moments == sorted(set(moments))
    assert (await city.explore()).changed_at == moments[-1]


async def test_who_is_erased_leaves_the_pick_and_takes_their_routes(city: City) -> None:
    (a,) = await city.listed("a")
    ada = await city.somebody()
    mine = route(user_id=ada)
    await city.add(mine)
    await city.put("pick", pick(a, ada))
    before = (await city.explore()).changed_at
    async with city.database.transaction() as stores:
        assert await stores.users.erase(ada)
    found = await city.explore()
    assert [(one.pick, one.curator) for one in found.picks] == [(pick(a), None)]
    assert found.changed_at > before
    async with city.database.reading() as stores:
        assert await stores.routes.get(ada, mine.id) is None


async def test_the_descriptors_are_the_active_rows_in_the_order_of_their_tables(
    city: City, rows: dict[str, list[dict[str, Any]]]
) -> None:
    async with city.database.transaction() as stores:
        await stores.seeding.deprecate("tags", [("coffee",)])
    async with city.database.reading() as stores:
        found = await stores.route_catalogue.descriptors()
    assert set(found.tables) == set(DESCRIBING)
    for name, table in found.tables.items():
        order = ORDERS.get(name, ("sort_order", "slug"))
        expected = [row for row in rows[name] if name != "tags" or row["slug"] != "coffee"]
        expected.sort(key=lambda row: [row[column] for column in order])
        keys = KEYS.get(name, ("slug",))
        assert [[row[key] for key in keys] for row in table] == [
            [row[key] for key in keys] for row in expected
        ]


async def test_a_word_that_is_no_longer_offered_stays_with_the_routes_that_have_it(city: City) -> None:
    (a,) = await city.listed("a")
    async with city.database.transaction() as stores:
        await stores.seeding.deprecate("tags", [("coffee",)])
        await stores.seeding.deprecate("route_categories", [("waterfront",)])
    found = await city.explore()
    assert [one.summary for one in found.routes] == [summary(a, "a")]
    assert "waterfront" not in [row["slug"] for row in found.categories]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        *(({column: "nowhere"}, f"route_summaries_{column}_fkey")
          for column in ("category", "theme", "difficulty", "surface", "gradient", "crowd_level", "region")),
        ({"tags": ("nowhere",)}, "route_summary_tags_tag_fkey"),
        ({"badges": ("nowhere",)}, "route_summary_badges_badge_fkey"),
        ({"slug": "taken"}, "route_summaries_slug_is_taken"),
    ],
)  # fmt: skip
async def test_a_summary_of_what_is_not_there_is_refused(city: City, changes: Any, constraint: str) -> None:
    await city.listed("taken")
    one = route()
    await city.add(one)
    with pytest.raises(ConstraintViolated) as refused:
        await city.put("summary", replace(summary(one.id, "free"), **changes))
    assert refused.value.constraint == constraint


async def test_what_is_not_curated_is_in_no_catalogue(city: City) -> None:
    one = route(user_id=await city.somebody())
    await city.add(one)
    with pytest.raises(ConstraintViolated) as refused:
        await city.put("summary", summary(one.id))
    assert refused.value.constraint == "route_summaries_route_fkey"


@pytest.mark.parametrize(
    ("kind", "value", "constraint"),
    [
        ("collection", collection(difficulty="nowhere"), "route_collections_difficulty_fkey"),
        ("collection", collection(route_ids=(uuid4(),)), "route_collection_routes_route_fkey"),
        ("trend", trend(uuid4()), "trending_route_highlights_route_fkey"),
        ("pick", pick(uuid4()), "community_picks_route_fkey"),
    ],
)
async def test_what_names_nothing_is_refused(city: City, kind: str, value: Any, constraint: str) -> None:
    with pytest.raises(ConstraintViolated) as refused:
        await city.put(kind, value)
    assert refused.value.constraint == constraint


async def test_nobody_who_is_not_there_picks_anything(city: City) -> None:
    (a,) = await city.listed("a")
    with pytest.raises(Unauthorized):
        await city.put("pick", pick(a, uuid4()))


@pytest.mark.parametrize("kind", ["memory", "postgres"])
async def test_there_is_no_catalogue_before_the_first_seed(
    request: pytest.FixtureRequest, kind: str, rows: Any
) -> None:
    async with AsyncExitStack() as stack:
        database: Database = memory(rows)
        if kind == "postgres":
            url = request.getfixturevalue("database_url")
            database = await stack.enter_async_context(PostgresDatabase(url, Limits(), "contract tests"))
        stores = await stack.enter_async_context(database.reading())
        for read in (stores.route_catalogue.explore, stores.route_catalogue.descriptors):
            with pytest.raises(NoRelease):
                await read()
