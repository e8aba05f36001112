"""Routes: a line on the map, and the places where it stops."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from wildside.domain.geometry import Point

_ENGINE = re.compile(r"[a-z0-9][a-z0-9.+-]*")


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a route, at a place."""

    id: UUID
    poi_id: UUID


@dataclass(frozen=True, slots=True)
class Route:
    """A route, its stops in the order of walking; without a user it is for everybody. Raises ValueError."""

    id: UUID
    user_id: UUID | None
    title: str
    path: Sequence[Point]
    distance_metres: int
    duration_seconds: int
    generation_params: Mapping[str, Any]
    engine_version: str
    created_at: datetime
    stops: Sequence[Stop]

    def __post_init__(self) -> None:
        if not (self.title.strip() and len(self.title) <= 200):
            raise ValueError("a title has 1 to 200 characters, not only spaces")
        if len(self.path) < 2:
            raise ValueError("a path has two points at least")
        if not (_ENGINE.fullmatch(self.engine_version) and len(self.engine_version) <= 64):
            raise ValueError("an engine is named by a-z, 0-9 and . + -, in at most 64 characters")
        if self.distance_metres < 0 or self.duration_seconds < 0:
            raise ValueError("lengths are not negative")

    def is_seen_by(self, user_id: UUID) -> bool:
        """Return whether a user may see it."""
        return self.user_id in {None, user_id}


@dataclass(frozen=True, slots=True)
class StopPlace:
    """What is told of the place of a stop. `retired_at` is since when it is no longer imported."""

    id: UUID
    name: str | None
    category: str
    location: Point
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class RouteWithPlaces:
    """A route, and the places of its stops, in their order. Raises ValueError."""

    route: Route
    places: Sequence[StopPlace]

    def __post_init__(self) -> None:
        if [stop.poi_id for stop in self.route.stops] != [place.id for place in self.places]:
            raise ValueError("each stop has its place")
