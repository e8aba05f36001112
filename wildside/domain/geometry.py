"""Points and bounds on the earth, in degrees of WGS 84, and distances between them in metres."""

from dataclasses import dataclass
from math import cos, dist, isfinite, radians, sin, sqrt

_EQUATOR = 6378137.0
"""The semi-major axis of WGS 84, metres."""
_ECCENTRICITY = 6.69437999014e-3
"""The square of its first eccentricity."""

LONGITUDE, LATITUDE = 180.0, 90.0
"""How far either goes, east and west, north and south."""
ZOOM = 22
"""The finest zoom of a map; the coarsest is 0."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth, longitude first as in GeoJSON (RFC 7946, section 3.1.1). Raises ValueError."""

    lng: float
    lat: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lng) and abs(self.lng) <= LONGITUDE):
            raise ValueError(f"a longitude is -{LONGITUDE:g} to {LONGITUDE:g} degrees")
        if not (isfinite(self.lat) and abs(self.lat) <= LATITUDE):
            raise ValueError(f"a latitude is -{LATITUDE:g} to {LATITUDE:g} degrees")

    @property
    def position(self) -> tuple[float, float, float]:
        """Metres from the centre of the earth, as the function earth_position of the schema has them."""
        lng, lat = radians(self.lng), radians(self.lat)
        vertical = _EQUATOR / sqrt(1 - _ECCENTRICITY * sin(lat) ** 2)
        return (
            vertical * cos(lat) * cos(lng),
            vertical * cos(lat) * sin(lng),
            vertical * (1 - _ECCENTRICITY) * sin(lat),
        )


def metres(one: Point, other: Point) -> float:
    """Return the straight line between two points: as far as 10 km, to a millimetre that along the ground."""
    return dist(one.position, other.position)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box from its south-west to its north-east; none crosses the 180th meridian. Raises ValueError."""

    min_lng: float
    min_lat: float
    max_lng: float
    max_lat: float

    def __post_init__(self) -> None:
        Point(self.min_lng, self.min_lat)
        Point(self.max_lng, self.max_lat)
        if self.min_lng >= self.max_lng or self.min_lat >= self.max_lat:
            raise ValueError("bounds go from west to east, and from south to north")

    def has(self, point: Point) -> bool:
        """Return whether a point lies within, the edges included."""
        return self.min_lng <= point.lng <= self.max_lng and self.min_lat <= point.lat <= self.max_lat


@dataclass(frozen=True, slots=True)
class Zooms:
    """A range of zooms of a map, both ends included. Raises ValueError."""

    min_zoom: int
    max_zoom: int

    def __post_init__(self) -> None:
        if not 0 <= self.min_zoom <= self.max_zoom <= ZOOM:
            raise ValueError(f"zooms go from 0 to {ZOOM}, the coarsest first")
