"""Searches for places: near a point, or within bounds, and of a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from uuid import UUID

from wildside.domain.geometry import Bounds, Point
from wildside.domain.pages import IDENTITY, NUMBER, Listing
from wildside.domain.pois import Poi

MOST_METRES = 10_000
"""How far a search near a point goes at the most: as far the straight line is that along the ground."""

CATEGORIES = "poi_categories"
"""The reference table of kinds of places."""

TAG = 255
"""Characters of a tag's key, and of its value: OpenStreetMap has no longer ones."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which places count: all that are of any of these kinds, serve this interest, and have this tag.

    Keys are those of today; categories name each kind, those below included. None lets everything through.
    Raises ValueError.
    """

    categories: tuple[str, ...] | None = None
    interest: str | None = None
    tag: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if any(not 1 <= len(text) <= TAG or "\0" in text for text in self.tag or ()):
            raise ValueError(f"a tag is key=value, each of 1 to {TAG} characters, without U+0000")

    def let_through(self, poi: Poi, interests: Mapping[str, float]) -> bool:
        """Return whether a place counts; `interests` are the themes that it serves."""
        return (
            (self.categories is None or poi.category in self.categories)
            and (self.interest is None or self.interest in interests)
            and (self.tag is None or poi.osm_tags.get(self.tag[0]) == self.tag[1])
        )


@dataclass(frozen=True, slots=True)
class Near:
    """Places as far as so many metres from a point. Raises ValueError."""

    point: Point
    radius_metres: float
    filters: Filters = Filters()

    def __post_init__(self) -> None:
        if not (isfinite(self.radius_metres) and 0 < self.radius_metres <= MOST_METRES):
            raise ValueError(f"a radius is more than 0, and {MOST_METRES} metres at the most")


@dataclass(frozen=True, slots=True)
class Within:
    """Places within bounds, the edges included."""

    bounds: Bounds
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Found:
    """A place that was found: as JSON, as clients read it, and made where it is kept.

    A page may have a hundred of them, of which nothing is to be done but to send them. The distance is
    None where nobody asked how far it is.
    """

    id: UUID
    document: bytes
    distance_metres: float | None = None


NEAREST: Listing[Found] = Listing("pois", (NUMBER, IDENTITY), lambda found: (found.distance_metres, found.id))
"""Places near a point, the nearest first."""

WITHIN: Listing[Found] = Listing("pois", (IDENTITY,), lambda found: (found.id,))
"""Places within bounds, in the order of their ids."""
