"""Routes: what both databases keep of them, and what they refuse."""

from dataclasses import replace
from uuid import uuid4

import pytest

from tests.builders import MOMENT
from tests.stores.city.conftest import POIS, City
from tests.summaries import route, stops
from wildside.domain.errors import ConstraintViolated
from wildside.domain.geometry import Point


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
