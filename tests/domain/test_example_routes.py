"""The demo city's routes: what their file may say, and what follows from it."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.builders import MOMENT
from tests.conftest import REFERENCE
from wildside.config import demo_routes
from wildside.domain.example_routes import (
    REFERENCES,
    ExampleCity,
    ExampleRoute,
    Known,
    collection_of,
    parse_city,
    pick_of,
    place_of,
    problems_of,
    route_id,
    route_of,
)
from wildside.domain.geometry import Point, metres
from wildside.domain.pois import poi_id
from wildside.domain.route_catalogue import Span
from wildside.outbound.example_city import read_example_city

TEXTS = {"en-GB": {"name": "A walk"}}
PLACES = {poi_id("node", number): Point(24.9 + number / 1000, 60.17) for number in (1, 2, 3)}


def known(**changes: Any) -> Known:
    keys = {table: {"key"} for table in REFERENCES.values()}
    return Known(**{"keys": keys, "places": PLACES, "slugs": {}, **changes})


def described(**changes: Any) -> dict[str, Any]:
    said = {member: "key" for member in REFERENCES if member not in {"tags", "badges"}}
    common = {"slug": "a", "title": "A walk", "stops": ["node/1", "node/2"], "localizations": TEXTS}
    return {**said, **common, **changes}


def city(**parts: Any) -> ExampleCity:
    return parse_city({"routes": [described()], **parts})


def test_the_file_that_comes_with_us_fits_the_reference_data() -> None:
    found = read_example_city(demo_routes())
    keys = {}
    for table in REFERENCES.values():
        rows = json.loads((REFERENCE / f"{table}.json").read_text())
        keys[table] = {row["slug"] for row in rows}
    places = dict.fromkeys(found.places, Point(24.9, 60.1))
    assert problems_of(found, known(keys=keys, places=places)) == []
    assert 5 <= len(found.routes) <= 8
    assert (len(found.trending), len(found.community_picks)) == (3, 3)
    assert 2 <= len(found.collections) <= 3
    locales = {row["code"] for row in json.loads((REFERENCE / "locales.json").read_text())}
    each: Any
    for each in (*found.routes, *found.collections, *found.trending, *found.community_picks):
        assert {"en-GB", "es"} <= each.localizations.keys() <= locales


def test_a_route_is_straight_lines_between_its_stops() -> None:
    route = route_of(ExampleRoute(**described(stops=("node/1", "node/3", "node/2"))), PLACES, MOMENT)
    a, b, c = (PLACES[poi_id("node", number)] for number in (1, 3, 2))
    assert route.path == (a, b, c)
    assert route.distance_metres == round(metres(a, b) + metres(b, c)) == 167
    assert route.duration_seconds == round(167.0 / 1.3)
    assert route.user_id is None
    assert route.engine_version == "demo-1"
    assert route.generation_params["lines"] == "straight between the stops"
    assert [stop.poi_id for stop in route.stops] == [poi_id("node", number) for number in (1, 3, 2)]
    assert len({stop.id for stop in route.stops}) == 3


def test_a_route_has_the_same_id_everywhere() -> None:
    assert route_id("around-senate-square") == UUID("ec2d960b-d93c-523e-b34b-34bd89e9b86c")


def test_a_collection_goes_from_its_shortest_route_to_its_longest() -> None:
    found = city(
        routes=[described(), described(slug="b", stops=["node/1", "node/3"])],
        collections=[
            {"slug": "c", "sort_order": 1, "difficulty": "key", "routes": ["b", "a"], "localizations": TEXTS}
        ],
    )
    routes = {each.id: route_of(each, PLACES, MOMENT) for each in found.routes}
    made = collection_of(found.collections[0], routes)
    assert made.route_ids == (route_id("b"), route_id("a"))
    assert made.distance == Span(56, 111)
    assert made.duration == Span(43, 85)


def test_a_moment_without_a_zone_is_in_utc() -> None:
    pick = {
        "route": "a", "curator": "x", "rating": 4.0, "saves": 1, "picked_at": "2026-01-01T00:00:00",
        "localizations": TEXTS,
    }  # fmt: skip
    assert pick_of(city(community_picks=[pick]).community_picks[0], None).picked_at == MOMENT


@pytest.mark.parametrize("stop", ["way/1", "node/123814071", "relation/999999999999999999"])
def test_a_stop_is_an_element_of_openstreetmap(stop: str) -> None:
    kind, _, number = stop.partition("/")
    assert place_of(stop) == poi_id(kind, int(number))


@pytest.mark.parametrize(
    "stop", ["", "way", "way/", "way/0", "way/-1", "way/1.5", "area/1", "way/\u0661", "way/" + "9" * 19]
)
def test_anything_else_is_none(stop: str) -> None:
    assert place_of(stop) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"stops": []}, "a: a route has two stops at least"),
        ({"stops": ["node/1"]}, "a: a route has two stops at least"),
        ({"stops": ["node/1", "here"]}, "a: here is no element of OpenStreetMap, such as way/123814071"),
        ({"stops": ["node/1", "way/1"]}, "a: there is no place way/1; import it first: wildside ingest-osm"),
        *(({member: "none"}, f"a: {table} has no none")
          for member, table in REFERENCES.items() if member not in {"tags", "badges"}),
        ({"tags": ["key", "none"]}, "a: tags has no none"),
        ({"badges": ["none"]}, "a: badges has no none"),
        ({"tags": ["key", "key"]}, "a: tags are named once"),
        ({"rating": 5.5}, "a: a rating is 0 to 5"),
        ({"slug": "A"}, "A: a slug is a-z and 0-9, with single hyphens between"),
        ({"title": " "}, "a: a title has 1 to 200 characters, not only spaces"),
        ({"localizations": {"es": {"name": "x"}}}, "a: localised text is locale → texts, with en-GB"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_route_is_told(changes: Any, problem: str) -> None:
    assert problems_of(city(routes=[described(**changes)]), known()) == [problem]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    shelf: dict[str, Any] = {"sort_order": 1, "localizations": TEXTS}
    found = city(
        routes=[described(), described(title=""), described(slug="taken", stops=[])],
        collections=[
            {"slug": "C", "difficulty": "none", "routes": ["a", "x"], **shelf},
            {**shelf, "slug": "d", "difficulty": "key", "routes": [], "localizations": {}},
            {"slug": "e", "difficulty": "key", "routes": ["a", "a"], **shelf},
        ],
        trending=[{"route": "y", "trend_percent": 1.0, "localizations": TEXTS},
                  {"route": "a", "trend_percent": float("nan"), "localizations": TEXTS}],
        community_picks=[{"route": "z", "curator": "x", "rating": 9.0, "saves": -1,
                          "picked_at": "2026-01-01T00:00:00Z", "localizations": TEXTS}],
    )  # fmt: skip
    assert problems_of(found, known(slugs={"taken": UUID(int=1), "a": route_id("a")})) == [
        "a: a title has 1 to 200 characters, not only spaces",
        "taken: another route of the catalogue has this slug",
        "taken: a route has two stops at least",
        "a: there are two routes of this slug",
        "collections C: there is no route x",
        "trending: there is no route y",
        "community_picks: there is no route z",
        "collections C: difficulties has no none",
        "collections C: a slug is a-z and 0-9, with single hyphens between",
        "collections d: a collection has a route at least",
        "collections d: localised text is locale → texts, with en-GB",
        "collections e: routes are named once",
        "a: a trend is a finite number of per cent",
        "z: a rating is 0 to 5",
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"routes": 1}, {"walks": []}, {"routes": [{"slug": "a"}]}, {"routes": [described(colour="red")]},
        {"routes": [described(rating="good")]},
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(content: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        parse_city(content)
