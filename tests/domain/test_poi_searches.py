"""Searches refuse what is none, and filters let through what they should."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.distances import far, gone, near_and_far, on_the_ground
from tests.places import place
from tests.soak import times
from wildside.domain.geometry import Point, metres
from wildside.domain.poi_searches import MOST_METRES, TAG, Filters, Near

HERE = Point(24.94, 60.17)


@pytest.mark.parametrize("radius", [0.001, 1, MOST_METRES])
def test_a_radius(radius: float) -> None:
    assert Near(HERE, radius).radius_metres == radius


@pytest.mark.parametrize("radius", [0, -1, MOST_METRES + 0.001, math.nan, math.inf, -math.inf])
def test_no_radius(radius: float) -> None:
    with pytest.raises(ValueError, match="radius"):
        Near(HERE, radius)


@pytest.mark.parametrize("tag", [("", "yes"), ("a", ""), ("a" * (TAG + 1), "b"), ("a", "b\0"), ("\0", "b")])
def test_no_tag(tag: Any) -> None:
    with pytest.raises(ValueError, match="key=value"):
        Filters(tag=tag)


@pytest.mark.parametrize(
    ("filters", "through"),
    [
        ({}, True),
        ({"categories": ("pub", "cafe")}, True),
        ({"categories": ("pub",)}, False),
        ({"categories": ()}, False),
        ({"interest": "coffee"}, True),
        ({"interest": "food"}, False),
        ({"tag": ("amenity", "cafe")}, True),
        ({"tag": ("amenity", "bar")}, False),
        ({"tag": ("shop", "cafe")}, False),
        ({"tag": ("a" * TAG, "b" * TAG)}, False),
        ({"categories": ("cafe",), "interest": "food", "tag": ("amenity", "cafe")}, False),
    ],
)
def test_filters(filters: Any, through: bool) -> None:
    assert Filters(**filters).let_through(place(1), {"coffee": 0.5}) is through


@settings(max_examples=times(120), deadline=None)
@given(near_and_far())
def test_the_distance_is_that_along_the_ground(pair: tuple[Point, Point]) -> None:
    one, other = pair
    assert abs(metres(one, other) - on_the_ground(one, other)) <= 0.01


@pytest.mark.parametrize(("lng", "lat"), [(0, 90), (180, 0), (-180, -89.999), (24.94, 60.17), (179.9999, 71)])
@pytest.mark.parametrize("bearing", [0, 45, 90, 180, 270])
def test_the_distance_at_the_ends_of_the_earth(lng: float, lat: float, bearing: float) -> None:
    here = Point(lng, lat)
    there = gone(here, bearing, far)
    assert abs(metres(here, there) - far) <= 0.01


@given(st.floats(-180, 180), st.floats(-90, 90))
@settings(max_examples=24, deadline=None)
def test_nothing_is_far_from_itself(lng: float, lat: float) -> None:
    assert metres(Point(lng, lat), Point(lng, lat)) == 0
