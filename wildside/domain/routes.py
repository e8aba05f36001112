"""Routes: a line on the map, and the places where it stops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from wildside.domain.geometry import Point


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
        if self.distance_metres < 0 or self.duration_seconds < 0:
            raise ValueError("lengths are not negative")

    def is_seen_by(self, user_id: UUID) -> bool:
        """Return whether a user may see it."""
        return self.user_id in {None, user_id}
