"""Places: what both databases find of them."""

import json
import math
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.builders import MOMENT, table
from tests.conftest import url_of_connection
from tests.distances import gone
from tests.places import Interests, keep, place, put
from tests.sql.support import Connection, empty
from wildside.domain.geometry import Bounds, Point, metres
from wildside.domain.pages import Cursor, Page, Seek
from wildside.domain.poi_searches import CATEGORIES, NEAREST, WITHIN, Filters, Found, Near, Within
from wildside.domain.pois import Poi
from wildside.domain.preferences import INTERESTS
from wildside.domain.reference import Column, Link
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Database

NAMED = {"en-GB": {"name": "A name"}}
HERE = Point(24.94, 60.17)
TREE = {"food": None, "coffee-and-treats": "food", "cafe": "coffee-and-treats", "pub": "food", "tree": None}
ALL = Seek(None, 100)


@dataclass(frozen=True, slots=True)
class Kept:
    """A database with categories and themes, and how to put places into it."""

    database: Database
    put: Callable[[Sequence[Poi], Interests | None], None]

    async def near(self, search: Near, seek: Seek = ALL) -> Sequence[Found]:
        async with self.database.reading() as stores:
            return await stores.pois.near(search, seek)

    async def within(self, search: Within, seek: Seek = ALL) -> Sequence[Found]:
        async with self.database.reading() as stores:
            return await stores.pois.within(search, seek)

    async def get(self, *ids: UUID) -> Sequence[Found]:
        async with self.database.reading() as stores:
            return await stores.pois.get(ids)

    async def categories(self, key: str) -> Sequence[str]:
        async with self.database.reading() as stores:
            return await stores.pois.categories(key)


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Kept]:
    """Each kind of database, with a tree of categories and two themes."""
    if request.param == "memory":
        parent = Column("parent", "text", nullable=True, default=False)
        above = Link("poi_categories_parent_fkey", ("parent",), CATEGORIES, ("slug",))
        tables = [table(INTERESTS), table(CATEGORIES, parent, links=[above])]
        memory = MemoryDatabase(tables, now=lambda: MOMENT)
        await fill(memory)
        yield Kept(memory, lambda places, interests: keep(memory, places, interests))
        return
    connection: Connection = request.getfixturevalue("contract_connection")
    connection.execute("truncate pois cascade")
    empty(connection)
    url = url_of_connection(connection)
    async with PostgresDatabase(url, Limits(), "contract tests") as opened:
        await fill(opened)
        yield Kept(opened, lambda places, interests: put(url, places, interests))
        connection.execute("truncate pois cascade")


async def fill(database: Database) -> None:
    shown = {"icon": "some:icon", "localizations": NAMED}
    async with database.transaction() as stores:
        themes = [{"slug": slug, "sort_order": 1, **shown} for slug in ("coffee", "zoo", "art")]
        await stores.seeding.upsert(INTERESTS, themes)
        kinds = [{"slug": slug, "sort_order": 1, "parent": above, **shown} for slug, above in TREE.items()]
        await stores.seeding.upsert(CATEGORIES, kinds)


def told(found: Found) -> Any:
    """A place as clients read it."""
    return json.loads(found.document)


def numbers(found: Sequence[Found]) -> list[int]:
    return [told(one)["osmId"] for one in found]


def row_of(*metres_north: float) -> list[Poi]:
    """Places one behind the other, so far from HERE."""
    return [
        place(number, gone(HERE, 0, far).lng, gone(HERE, 0, far).lat)
        for number, far in enumerate(metres_north, 1)
    ]


async def test_a_place_is_what_it_was(kept: Kept) -> None:
    one = place(7, name=None, narrative="Once a brewery.", popularity=1.0, osm_tags={"é": "ø", "a": ""})
    kept.put([one], {one.id: {"zoo": 0.25, "coffee": 1.0, "art": 0.25}})
    (found,) = await kept.get(one.id, uuid4())
    assert (found.id, found.distance_metres) == (one.id, None)
    weights = {"coffee": 1.0, "art": 0.25, "zoo": 0.25}
    assert told(found) == {
        "id": str(one.id), "name": None, "category": "cafe", "location": {"lng": HERE.lng, "lat": HERE.lat},
        "interestThemes": [{"interestTheme": slug, "weight": weight} for slug, weight in weights.items()],
        "osmType": "node", "osmId": 7, "osmTags": {"é": "ø", "a": ""}, "narrative": "Once a brewery.",
        "popularity": 1.0, "retiredAt": None, "distanceMetres": None,
    }  # fmt: skip
    (near,) = await kept.near(Near(HERE, 1))
    assert told(near) == {**told(found), "distanceMetres": 0}
    assert near.distance_metres == pytest.approx(0, abs=1e-6)
    assert await kept.within(Within(Bounds(24, 60, 25, 61))) == [found]


async def test_places_come_in_the_order_of_their_ids(kept: Kept) -> None:
    places = row_of(*range(5))
    kept.put(places, None)
    found = await kept.get(*(one.id for one in places), places[0].id)
    assert [one.id for one in found] == sorted(one.id for one in places)
    assert await kept.get() == []


async def test_the_nearest_come_first_as_far_as_the_radius(kept: Kept) -> None:
    kept.put(row_of(900, 10, 499.9, 500.1, 0), None)
    found = await kept.near(Near(HERE, 500))
    assert numbers(found) == [5, 2, 3]
    assert [round(one.distance_metres or 0, 2) for one in found] == [0, 10, 499.9]


async def test_what_lies_in_the_corner_of_a_box_is_too_far(kept: Kept) -> None:
    corners = [gone(HERE, bearing, 110) for bearing in range(0, 360, 15)]
    kept.put([place(number, at.lng, at.lat) for number, at in enumerate(corners, 1)], None)
    assert await kept.near(Near(HERE, 100)) == []
    assert await kept.near(Near(HERE, 100), Seek(Cursor("next", (50.0, UUID(int=0))), 5)) == []
    assert await kept.near(Near(HERE, 100), Seek(Cursor("prev", (1e300, UUID(int=0))), 5)) == []
    assert len(await kept.near(Near(HERE, 110.1))) == len(corners)


async def test_a_place_is_found_exactly_as_far_as_it_is(kept: Kept) -> None:
    """Its own distance as the radius finds it, on whichever side of whichever axis."""
    corners = [gone(HERE, bearing, 110) for bearing in range(0, 360, 15)]
    places = [place(number, at.lng, at.lat) for number, at in enumerate(corners, 1)]
    kept.put(places, None)
    for one in await kept.near(Near(HERE, 1000)):
        radius = one.distance_metres or 0
        assert one in await kept.near(Near(HERE, radius))
        assert one not in await kept.near(Near(HERE, math.nextafter(radius, 0)))


async def test_those_at_the_same_place_come_by_id_and_are_visited_once(kept: Kept) -> None:
    here, there = [place(number) for number in range(1, 8)], row_of(5, 5, 5)
    more = [place(20 + number, one.location.lng, one.location.lat) for number, one in enumerate(there)]
    kept.put([*here, *more], None)
    expected = sorted(one.id for one in here) + sorted(one.id for one in more)
    for limit in (1, 2, 3, 6, 7, 10):
        on, back = await walks(kept, limit)
        assert [one.id for one in on] == expected
        assert [one.id for one in back] == expected


async def walks(kept: Kept, limit: int) -> tuple[list[Found], list[Found]]:
    """What is met on the way on, and on the way back."""
    search = Near(HERE, 100)

    async def page(seek: Seek) -> Page[Found]:
        return Page.of(NEAREST, seek, await kept.near(search, seek))

    on = [await page(Seek(None, limit))]
    while on[-1].next is not None:
        on.append(await page(Seek(on[-1].next, limit)))
        assert len(on) < 50, "it goes on and on"
    back = [on[-1]]
    while back[-1].prev is not None:
        back.append(await page(Seek(back[-1].prev, limit)))
        assert len(back) < 50, "it goes back and back"
    return [row for each in on for row in each.rows], [row for each in back[::-1] for row in each.rows]


async def test_a_cut_where_no_place_is(kept: Kept) -> None:
    kept.put(row_of(10, 20, 30, 40), None)
    last, search = UUID(int=2**128 - 1), Near(HERE, 100)
    assert numbers(await kept.near(search, Seek(Cursor("next", (25.0, last)), 1))) == [3, 4]
    assert numbers(await kept.near(search, Seek(Cursor("prev", (25.0, last)), 1))) == [2, 1]
    assert numbers(await kept.near(search, Seek(Cursor("prev", (-5.0, last)), 1))) == []
    assert numbers(await kept.near(search, Seek(Cursor("next", (100.0, last)), 1))) == []


async def test_what_is_retired_is_found_by_its_id_alone(kept: Kept) -> None:
    gone_one = place(1, retired_at=MOMENT + timedelta(days=1))
    kept.put([gone_one, place(2)], None)
    assert numbers(await kept.near(Near(HERE, 10))) == [2]
    assert numbers(await kept.within(Within(Bounds(24, 60, 25, 61)))) == [2]
    (found,) = await kept.get(gone_one.id)
    assert told(found)["retiredAt"] == "2026-01-02T00:00:00.000000Z"


FILTERS = [
    (Filters(), {1, 2, 3, 4}),
    (Filters(categories=("pub", "tree")), {2, 3}),
    (Filters(categories=("food",)), set()),
    (Filters(categories=()), set()),
    (Filters(interest="coffee"), {1, 3}),
    (Filters(interest="zoo"), set()),
    (Filters(tag=("wheelchair", "yes")), {1, 2}),
    (Filters(tag=("wheelchair", "no")), {4}),
    (Filters(tag=('a"b', "\\")), {3}),
    (Filters(("cafe", "pub"), "coffee", ("wheelchair", "yes")), {1}),
    (Filters(("pub",), "coffee", ("wheelchair", "yes")), set()),
    (Filters(("cafe",), "art", ("wheelchair", "yes")), set()),
]


@pytest.mark.parametrize(("filters", "through"), FILTERS, ids=str)
async def test_filters(kept: Kept, filters: Filters, through: set[int]) -> None:
    places = [
        place(1, osm_tags={"wheelchair": "yes", "amenity": "cafe"}),
        place(2, category="pub", osm_tags={"wheelchair": "yes"}),
        place(3, category="tree", osm_tags={'a"b': "\\"}),
        place(4, osm_tags={"wheelchair": "no"}),
    ]
    kept.put(places, {places[0].id: {"coffee": 0.5}, places[2].id: {"coffee": 1.0, "art": 0.0}})
    assert set(numbers(await kept.near(Near(HERE, 10, filters)))) == through
    assert set(numbers(await kept.within(Within(Bounds(24, 60, 25, 61), filters)))) == through
    for direction, number in (("next", 0), ("prev", 2**128 - 1)):
        cursor: Any = Cursor(direction, (number / 2**128, UUID(int=number)))  # type: ignore[arg-type]
        assert set(numbers(await kept.near(Near(HERE, 10, filters), Seek(cursor, 9)))) == through
        cursor = Cursor(direction, (UUID(int=number),))  # type: ignore[arg-type]
        box = Within(Bounds(24, 60, 25, 61), filters)
        assert set(numbers(await kept.within(box, Seek(cursor, 9)))) == through


async def test_bounds_have_their_edges_and_pages(kept: Kept) -> None:
    inside = [(24, 60), (25, 61), (24, 61), (24.5, 60.5), (25, 60.25)]
    outside = [(23.9999, 60.5), (24.5, 61.0001), (25.0001, 60.5), (24.5, 59.9999)]
    places = [place(number, *at) for number, at in enumerate([*inside, *outside], 1)]
    kept.put(places, None)
    ids = sorted(one.id for one in places[: len(inside)])
    box = Within(Bounds(24, 60, 25, 61))
    assert [one.id for one in await kept.within(box)] == ids
    for number, key in enumerate(ids):
        on = await kept.within(box, Seek(Cursor("next", (key,)), 1))
        back = await kept.within(box, Seek(Cursor("prev", (key,)), 1))
        assert [one.id for one in on] == ids[number + 1 : number + 3]
        assert [one.id for one in back] == ids[max(0, number - 1) : number + 1][::-1]
        assert [WITHIN.key_of(one) for one in on] == [(each,) for each in ids[number + 1 : number + 3]]


async def test_renames_are_followed(kept: Kept) -> None:
    cafe, food = place(1), place(2, category="pub")
    kept.put([cafe, food], {cafe.id: {"coffee": 0.5, "art": 1.0}})
    async with kept.database.transaction() as stores:
        await stores.seeding.rename(CATEGORIES, ("cafe",), ("coffee-house",))
        await stores.seeding.rename(INTERESTS, ("coffee",), ("beans",))
    async with kept.database.transaction() as stores:
        await stores.seeding.rename(CATEGORIES, ("coffee-house",), ("kaffeehaus",))
    for key in ("cafe", "coffee-house", "kaffeehaus"):
        assert await kept.categories(key) == ["kaffeehaus"]
    (found,) = await kept.near(Near(HERE, 10, Filters(("kaffeehaus",), "beans")))
    assert (found.id, told(found)["category"]) == (cafe.id, "kaffeehaus")
    assert [each["interestTheme"] for each in told(found)["interestThemes"]] == ["art", "beans"]
    assert await kept.near(Near(HERE, 10, Filters(("cafe",)))) == []
    assert await kept.near(Near(HERE, 10, Filters(interest="coffee"))) == []


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("food", ["food", "cafe", "coffee-and-treats", "pub"]),
        ("coffee-and-treats", ["coffee-and-treats", "cafe"]),
        ("cafe", ["cafe"]),
        ("nowhere", []),
        ("", []),
    ],
)
async def test_a_category_means_all_below_it(kept: Kept, key: str, meant: list[str]) -> None:
    assert await kept.categories(key) == meant


async def test_a_category_that_is_not_active_means_nothing(kept: Kept) -> None:
    async with kept.database.transaction() as stores:
        await stores.seeding.deprecate(CATEGORIES, [("pub",)])
    assert await kept.categories("pub") == []
    assert await kept.categories("food") == ["food", "cafe", "coffee-and-treats"]


@pytest.mark.parametrize(
    ("bearing", "here"), [(90, Point(179.999, 60)), (270, Point(-179.999, -17)), (0, Point(12, 90))]
)
async def test_the_earth_is_round(kept: Kept, bearing: float, here: Point) -> None:
    """Across the 180th meridian, and around a pole, exactly those are found that a look at all finds."""
    spots = [gone(here, bearing + turn, far) for turn in range(0, 360, 30) for far in (1, 99, 101, 5000)]
    places = [place(number, at.lng, at.lat) for number, at in enumerate(spots, 1)]
    kept.put(places, None)
    for radius in (50, 100, 4999, 5001, 10_000):
        reached = [(metres(here, one.location), one.id) for one in places]
        expected = sorted(one for one in reached if one[0] <= radius)
        found = await kept.near(Near(here, radius))
        assert {one.id for one in found} == {each for _, each in expected}
        order = [(one.distance_metres or 0, one.id) for one in found]
        assert order == sorted(order)
        assert [far for far, _ in order] == pytest.approx([far for far, _ in expected], abs=1e-6)
