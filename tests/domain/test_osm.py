"""From tags to places: rules, popularity, names, geofences, and the middle of shapes."""

import random

import pytest

from wildside.domain.geometry import Bounds, Point
from wildside.domain.osm import Element, Place, TagRule, TagRules, parse_geofence, popularity, spelled
from wildside.domain.osm_shapes import middle_of_members, middle_of_way

CAFE = TagRule("amenity", "cafe", "cafe", 50)
BOOKS = TagRule("shop", "books", "bookshop", 50)
ART = TagRule("amenity", "arts_centre", "performing-arts", 60)
MUSEUM = TagRule("tourism", "museum", "museum", 60)
RULES = [CAFE, BOOKS, ART, MUSEUM, TagRule("amenity", "bench", "bench", 30)]


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "cafe"}, "cafe"),
        ({"shop": "books", "amenity": "cafe"}, "cafe"),  # by key
        ({"shop": "books", "tourism": "museum"}, "museum"),  # by priority
        ({"amenity": "arts_centre", "tourism": "museum"}, "performing-arts"),
        ({"amenity": "Cafe"}, None),
        ({"amenity": "cafe;bar"}, None),
        ({"name": "amenity"}, None),
        ({}, None),
    ],
)
def test_the_rule_that_wins(tags: dict[str, str], category: str | None) -> None:
    dice = random.Random(1)
    for _ in range(10):
        rules = dice.sample(RULES, len(RULES))
        assert TagRules(rules).category(tags) == category


def test_the_digest_is_of_the_rules_in_any_order_and_of_all_of_each() -> None:
    digest = TagRules(RULES).digest
    assert len(digest) == 64
    assert TagRules(RULES[::-1]).digest == digest
    others = [
        TagRule("amenity", "cafe", "bar", 50),
        TagRule("amenity", "cafe", "cafe", 51),
        TagRule("amenity", "pub", "cafe", 50),
        TagRule("leisure", "cafe", "cafe", 50),
    ]
    assert len({TagRules([other, *RULES[1:]]).digest for other in others} | {digest}) == 5


@pytest.mark.parametrize(
    ("tags", "share"),
    [
        ({}, 0.0),
        ({"wikidata": "Q1"}, 0.3),
        ({"wikipedia": "fi:A"}, 0.3),
        ({"heritage": "2"}, 0.2),
        ({"historic": "yes", "heritage": "2"}, 0.2),
        ({"tourism": "museum"}, 0.1),
        ({"website": "w", "contact:website": "w"}, 0.1),
        ({"wikidata": "Q", "wikipedia": "A", "historic": "a", "tourism": "b", "url": "c"}, 1.0),
    ],
)
def test_popularity(tags: dict[str, str], share: float) -> None:
    assert popularity(tags) == share


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ekberg", "Ekberg"),
        (" Ekberg ", "Ekberg"),
        (" ", None),
        ("", None),
        ("x" * 300, "x" * 255),
        (None, None),
    ],
)
def test_names(given: str | None, kept: str | None) -> None:
    tags = {"amenity": "cafe"} | ({} if given is None else {"name": given})
    place = Place.of(Element("node", 1, None, tags), Point(1, 2), "cafe")
    assert (place.name, place.osm_tags) == (kept, tags)


@pytest.mark.parametrize(("osm_type", "osm_id"), [("area", 1), ("node", 0), ("node", -1)])
def test_a_place_is_an_element_that_there_is(osm_type: str, osm_id: int) -> None:
    with pytest.raises(ValueError, match="numbered from 1"):
        Place.of(Element(osm_type, osm_id, None, {}), Point(1, 2), "cafe")


@pytest.mark.parametrize(
    ("text", "fence"),
    [
        ("helsinki", "helsinki"),
        (" old-town-2 ", "old-town-2"),
        ("24.9,60.1,25,60.2", Bounds(24.9, 60.1, 25, 60.2)),
        (" -180, -90 ,180,9e1", Bounds(-180, -90, 180, 90)),
    ],
)
def test_geofences(text: str, fence: str | Bounds) -> None:
    assert parse_geofence(text) == fence
    assert parse_geofence(spelled(fence)) == fence


def test_equal_geofences_are_one_text() -> None:
    assert (
        spelled(parse_geofence("-0,01,2.50,3e0"))
        == spelled(parse_geofence("0, 1,2.5,3"))
        == "0.0,1.0,2.5,3.0"
    )


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["a geofence is a region, or"]),
        ("Helsinki", ["a geofence is a region, or"]),
        ("1,2,3", ["a geofence is a region, or"]),
        ("a,2,3,4", ["min_lng of the geofence is no number: 'a'"]),
        ("nan,-91,181,inf", ["min_lng", "min_lat", "max_lng", "max_lat"]),
        ("2,2,1,1", ["from west to east", "from south to north"]),
        ("1,1,1,2", ["from west to east"]),
    ],
)
def test_all_that_is_wrong_with_a_geofence_is_told(text: str, problems: list[str]) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its arguments are looked at
        parse_geofence(text)
    assert len(caught.value.args) == len(problems)
    assert all(part in told for part, told in zip(problems, caught.value.args, strict=True))


SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0))
HOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (0.0, 2.0), (0.0, 0.0))
ELBOW = ((0.0, 0.0), (3.0, 0.0), (3.0, 1.0))


def test_a_closed_way_has_its_centroid_whichever_way_it_goes() -> None:
    assert middle_of_way(SQUARE, closed=True) == Point(1, 1)
    assert middle_of_way(SQUARE[::-1], closed=True) == Point(1, 1)
    triangle = ((0.0, 60.0), (3.0, 60.0), (0.0, 63.0), (0.0, 60.0))
    assert middle_of_way(triangle, closed=True) == Point(1, 61)
    # Its corners alone, or their mean, would be elsewhere.
    assert middle_of_way((*SQUARE[:1], (1.0, 0.0), (1.5, 0.0), *SQUARE[1:]), closed=True) == Point(1, 1)


def test_an_open_way_has_the_point_halfway_along_it() -> None:
    assert middle_of_way(ELBOW, closed=False) == Point(2, 0)
    # At 60 degrees north one of longitude is half as long: 3 of them are 1.5, and 1 of latitude makes 2.5.
    north = ((0.0, 60.0), (3.0, 60.0), (3.0, 61.0))
    found = middle_of_way(north, closed=False)
    assert found is not None
    assert (round(found.lng, 2), found.lat) == (2.5, 60.0)


@pytest.mark.parametrize("closed", [True, False])
def test_a_way_of_which_little_is_known_has_that(closed: bool) -> None:
    assert middle_of_way((), closed=closed) is None
    assert middle_of_way(((1.0, 2.0),), closed=closed) == Point(1, 2)
    assert middle_of_way(((1.0, 2.0), (1.0, 2.0)), closed=closed) == Point(1, 2)
    assert middle_of_way(((0.0, 0.0), (2.0, 0.0), (0.0, 0.0)), closed=closed) is not None


def test_a_relation_has_the_centroid_of_its_rings_without_the_holes() -> None:
    far = tuple((x + 10, y) for x, y in SQUARE)
    assert middle_of_members([(SQUARE, "outer"), (far, "")], []) == Point(6, 1)
    assert middle_of_members([(SQUARE, "outer"), (HOLE, "inner")], []) == Point(1.5, 1)
    assert middle_of_members(
        [(HOLE, "inner"), (SQUARE, "outer"), (ELBOW, "outer")], [Point(50, 50)]
    ) == Point(1.5, 1)


def test_rings_are_joined_of_ways_either_way_round() -> None:
    parts = [(SQUARE[:2], "outer"), (SQUARE[3:], "outer"), (SQUARE[1:4][::-1], "outer")]
    assert middle_of_members(parts, []) == Point(1, 1)


def test_a_relation_without_rings_has_its_longest_line_or_its_nodes() -> None:
    assert middle_of_members([(ELBOW[:2], ""), (ELBOW, "")], [Point(9, 9)]) == Point(2, 0)
    assert middle_of_members([((), "outer")], [Point(1, 1), Point(2, 3)]) == Point(1.5, 2)
    assert middle_of_members([((), "outer")], []) is None
    assert middle_of_members([(SQUARE, "inner")], []) is None
