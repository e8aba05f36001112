"""Distances along the ground, by geographiclib: the judge of our own."""

from geographiclib.geodesic import Geodesic
from hypothesis import strategies as st

from wildside.domain.geometry import Point
from wildside.domain.poi_searches import MOST_METRES

far = float(MOST_METRES)
_LATITUDES = st.one_of(
    st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 89.9999, -89.95, 0.0]), st.floats(89, 90)
)
_LONGITUDES = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.9999, -179.99, 0.0]))


def on_the_ground(one: Point, other: Point) -> float:
    """Metres along the geodesic of WGS 84."""
    return float(Geodesic.WGS84.Inverse(one.lat, one.lng, other.lat, other.lng)["s12"])


def gone(here: Point, bearing: float, metres: float) -> Point:
    """Where one is who has gone so far, at first so many degrees from north."""
    there = Geodesic.WGS84.Direct(here.lat, here.lng, bearing, metres)
    return Point(max(-180.0, min(180.0, there["lon2"])), there["lat2"])


@st.composite
def near_and_far(draw: st.DrawFn) -> tuple[Point, Point]:
    """Two points, anywhere, at most as far from each other as a search goes, to a tenth of a millimetre."""
    here = Point(round(draw(_LONGITUDES), 9), round(draw(_LATITUDES), 9))
    there = gone(here, draw(st.floats(0, 360)), draw(st.floats(0, far)))
    return here, Point(round(there.lng, 9), round(there.lat, 9))
