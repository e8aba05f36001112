"""Points, bounds and zooms: the domain and the schema refuse the same."""

import math
from typing import Any

import pytest

from wildside.domain.geometry import Bounds, Point, Zooms


@pytest.mark.parametrize(("lng", "lat"), [(0, 0), (-180, -90), (180, 90)])
def test_points_of_the_earth(lng: float, lat: float) -> None:
    assert (Point(lng, lat).lng, Point(lng, lat).lat) == (lng, lat)


@pytest.mark.parametrize(
    ("lng", "lat"),
    [(180.0001, 0), (-181, 0), (0, 90.0001), (0, -91), (math.nan, 0), (0, math.nan), (math.inf, 0)],
)
def test_no_points_of_the_earth(lng: float, lat: float) -> None:
    with pytest.raises(ValueError, match="degrees"):
        Point(lng, lat)


@pytest.mark.parametrize(
    "bounds", [(1, 0, 1, 1), (0, 1, 1, 1), (2, 0, 1, 1), (170, 0, -170, 1), (0, 0, 181, 1), (0, -91, 1, 1)]
)
def test_no_bounds(bounds: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - either of two messages
        Bounds(*bounds)


def test_bounds_have_their_edges() -> None:
    bounds = Bounds(24, 60, 25, 61)
    assert all(bounds.has(Point(lng, lat)) for lng in (24, 24.5, 25) for lat in (60, 61))
    assert not any(
        bounds.has(point) for point in (Point(23.99, 60.5), Point(24.5, 61.01), Point(25.01, 60.5))
    )


@pytest.mark.parametrize(
    ("zooms", "right"), [((0, 22), True), ((5, 5), True), ((6, 5), False), ((-1, 5), False), ((0, 23), False)]
)
def test_zooms(zooms: tuple[int, int], right: bool) -> None:
    if right:
        Zooms(*zooms)
    else:
        with pytest.raises(ValueError, match="zooms"):
            Zooms(*zooms)
