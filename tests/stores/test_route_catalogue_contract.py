"""Routes and the catalogue: what both databases keep of them, in which order, and what they refuse."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.builders import MOMENT
from tests.conftest import REFERENCE, url_of_connection
from tests.sql.support import connect
from tests.summaries import collection, pick, route, stops, summary, trend
from wildside.domain.errors import ConstraintViolated, NoRelease, Unauthorized
from wildside.domain.geometry import Point
from wildside.domain.pois import Poi, poi_id
from wildside.domain.reference import Column, Table
from wildside.domain.route_catalogue import DESCRIBING, EXPLORED, Explore
from wildside.domain.routes import Route
from wildside.outbound.files import read_source
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Database

ORDERS = {"theme_interests": ("theme", "interest"), "safety_preset_toggles": ("preset", "position", "toggle")}
KEYS = {"safety_preset_toggles": ("preset", "toggle")}
NEEDED = (*EXPLORED, *DESCRIBING, "safety_sections", "regions")
POIS = [
    Poi(
        poi_id("node", number), "node", number, Point(24.9 + number / 100, 60.17), f"Place {number}", {},
        "cafe", None, 0.0, MOMENT, MOMENT, MOMENT if number == 2 else None,
    )
    for number in (1, 2, 3)
]  # fmt: skip
PUT_POI = """
insert into pois (id, osm_type, osm_id, location, name, osm_tags, category, first_seen_at, last_seen_at, retired_at)
values (%s, 'node', %s, point(%s, %s), %s, '{}', 'cafe', %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class City:
    """A database with reference data and three places."""

    database: Database

    async def add(self, *routes: Route) -> None:
        async with self.database.transaction() as stores:
            for one in routes:
                await stores.routes.add(one)

    async def listed(self, *slugs: str, **changes: Any) -> list[UUID]:
        """Routes of the catalogue."""
        routes = [route() for _ in slugs]
        await self.add(*routes)
        async with self.database.transaction() as stores:
            for one, slug in zip(routes, slugs, strict=True):
                await stores.route_catalogue.put_summary(summary(one.id, slug, **changes))
        return [one.id for one in routes]

    async def put(self, kind: str, *values: Any) -> None:
        async with self.database.transaction() as stores:
            for value in values:
                await getattr(stores.route_catalogue, f"put_{kind}")(value)

    async def explore(self) -> Explore:
        async with self.database.reading() as stores:
            return await stores.route_catalogue.explore()

    async def somebody(self, name: str = "Ada") -> UUID:
        async with self.database.transaction() as stores:
            return (await stores.users.add(uuid4(), name)).id


def reference_table(name: str, rows: list[dict[str, Any]]) -> Table:
    key = KEYS.get(name, ("slug",))
    columns = [Column(column, "text", nullable=True, default=False) for column in rows[0]]
    active = Column("is_active", "boolean", nullable=False, default=True)
    return Table(name, key, ORDERS.get(name, ("sort_order", "slug")), (*columns, active))


@pytest.fixture
def rows() -> dict[str, list[dict[str, Any]]]:
    files = read_source(REFERENCE).files
    return {name: [dict(row) for row in files[name].rows] for name in NEEDED}


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def city(request: pytest.FixtureRequest, rows: dict[str, list[dict[str, Any]]]) -> AsyncIterator[City]:
    if request.param == "memory":
        made = MemoryDatabase(
            [reference_table(name, each) for name, each in rows.items()], now=lambda: MOMENT
        )
        async with made.transaction() as stores:
            for name, each in rows.items():
                await stores.seeding.upsert(name, each)
        made._shelf.books.city.pois |= {poi.id: poi for poi in POIS}
        yield City(made)
        return
    url = url_of_connection(request.getfixturevalue("seeded_connection"))
    with connect(url) as connection:
        for poi in POIS:
            at = poi.location
            values = (poi.id, poi.osm_id, at.lng, at.lat, poi.name, MOMENT, MOMENT, poi.retired_at)
            connection.execute(PUT_POI.encode(), values)
    async with PostgresDatabase(url, Limits(), "contract tests") as opened:
        yield City(opened)


async def test_a_route_is_read_as_it_was_added_with_its_places_in_order(city: City) -> None:
    one = route(
        stops=stops(POIS[2].id, POIS[0].id, POIS[1].id),
        path=(Point(-0.1, 0.1 + 0.2), Point(1, 2), Point(1, 2)),
    )
    await city.add(one)
    async with city.database.reading() as stores:
        found = await stores.routes.get(uuid4(), one.id)
    assert found is not None
    assert replace(found.route, created_at=MOMENT) == one
    assert [(place.name, place.retired_at) for place in found.places] == [
        ("Place 3", None), ("Place 1", None), ("Place 2", MOMENT),
    ]  # fmt: skip
    assert [place.location for place in found.places] == [POIS[n].location for n in (2, 0, 1)]


async def test_a_private_route_is_seen_by_its_user_alone(city: City) -> None:
    ada = await city.somebody()
    mine, curated = route(user_id=ada), route()
    await city.add(mine, curated)
    async with city.database.reading() as stores:
        assert (await stores.routes.get(ada, mine.id)) is not None
        assert (await stores.routes.get(ada, curated.id)) is not None
        assert await stores.routes.get(uuid4(), mine.id) is None
        assert await stores.routes.get(ada, uuid4()) is None
        found = await stores.routes.curated([mine.id, curated.id, uuid4(), curated.id])
        assert [one.route.id for one in found] == [curated.id]


async def test_a_route_without_stops_is_one(city: City) -> None:
    one = route()
    await city.add(one)
    async with city.database.reading() as stores:
        found = await stores.routes.get(uuid4(), one.id)
    assert found is not None
    assert (found.route.stops, found.places) == ((), ())


async def test_places_are_found_by_their_ids(city: City) -> None:
    wanted = [POIS[1].id, uuid4(), POIS[0].id, POIS[1].id]
    async with city.database.reading() as stores:
        found = await stores.routes.places(wanted)
    assert [one.id for one in found] == sorted({POIS[0].id, POIS[1].id})


@pytest.mark.parametrize("fault", ["routes_pkey", "route_stops_poi_fkey"])
async def test_a_route_that_cannot_be_kept_is_refused(city: City, fault: str) -> None:
    one = route(stops=stops(uuid4()) if fault == "route_stops_poi_fkey" else ())
    with pytest.raises(ConstraintViolated) as refused:
        await city.add(*([one, one] if fault == "routes_pkey" else [one]))
    assert refused.value.constraint == fault


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
    again = summary(a, "c", tags=("coffee", "art", "views"), badges=(), rating=1.0, theme="wild-city")
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
        ("summary", summary(a, "a", **changes)), ("collection", collection()), ("trend", trend(a)), ("pick", pick(a)),
    ):  # fmt: skip
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
        expected = [row for row in rows[name] if row.get("slug") != "coffee"]
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
    database: Database = MemoryDatabase(
        [reference_table(n, each) for n, each in rows.items()], now=lambda: MOMENT
    )
    if kind == "postgres":
        database = PostgresDatabase(request.getfixturevalue("database_url"), Limits(), "contract tests")
    async with database.reading() as stores:
        for read in (stores.route_catalogue.explore, stores.route_catalogue.descriptors):
            with pytest.raises(NoRelease):
                await read()
    if isinstance(database, PostgresDatabase):
        await database.__aexit__()
