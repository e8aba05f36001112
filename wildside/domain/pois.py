"""Places of OpenStreetMap that a walk can lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from wildside.domain.geometry import Point

OSM_TYPES = ("node", "way", "relation")

_NAMESPACE = UUID("5f0c7a52-6d0e-5d6f-9b53-6a8f6c0a4e11")
"""Of ids that are made of OpenStreetMap's; never to be changed."""


def poi_id(osm_type: str, osm_id: int) -> UUID:
    """Return the id of a place: the same in every database (RFC 9562, section 5.5)."""
    return uuid5(_NAMESPACE, f"{osm_type}/{osm_id}")


@dataclass(frozen=True, slots=True)
class Poi:
    """A place. `retired_at` is since when it is no longer in what is imported. Raises ValueError."""

    id: UUID
    osm_type: str
    osm_id: int
    location: Point
    name: str | None
    osm_tags: Mapping[str, str]
    category: str
    narrative: str | None
    popularity: float
    first_seen_at: datetime
    last_seen_at: datetime
    retired_at: datetime | None

    def __post_init__(self) -> None:
        if self.osm_type not in OSM_TYPES or self.osm_id < 1:
            raise ValueError("a place is a node, way or relation, numbered from 1")
        if self.name is not None and not (self.name.strip() and len(self.name) <= 255):
            raise ValueError("a name has 1 to 255 characters, not only spaces")
        if self.narrative is not None and not (self.narrative.strip() and len(self.narrative) <= 4000):
            raise ValueError("a narrative has 1 to 4000 characters, not only spaces")
        if not 0 <= self.popularity <= 1:
            raise ValueError("a popularity is 0 to 1")
        if (
            self.last_seen_at < self.first_seen_at
            or (self.retired_at or self.last_seen_at) < self.last_seen_at
        ):
            raise ValueError("a place is seen first, then last, then retired")
