"""From elements of OpenStreetMap to places: by rules, tags alone decide what an element is.

Rules are rows of osm_tag_rules. Of those that fit, the one of the highest priority wins, then the one
whose key, then whose value comes first by code points: so that it does not depend on any order.
"""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from wildside.domain.geometry import Bounds, Point
from wildside.domain.pois import OSM_TYPES, poi_id
from wildside.domain.release import canonical

NAME = 255
"""Characters of a name, as many as OpenStreetMap allows; a longer one is cut."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Element:
    """A node, way or relation with tags, and where it is; None where the file does not say."""

    osm_type: str
    osm_id: int
    location: Point | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TagRule:
    """Elements with this tag are places of this category."""

    key: str
    value: str
    category: str
    priority: int


class TagRules:
    """All rules at once."""

    def __init__(self, rules: Sequence[TagRule]) -> None:
        self.ranked = sorted(rules, key=lambda rule: (-rule.priority, rule.key, rule.value))
        self._by_tag = {(rule.key, rule.value): place for place, rule in reversed([*enumerate(self.ranked)])}
        self.keys = frozenset(rule.key for rule in rules)

    def category(self, tags: Mapping[str, str]) -> str | None:
        """Return what an element is, or None for what is no place."""
        fitting = [self._by_tag.get((key, tags[key])) for key in self.keys & tags.keys()]
        best = min((place for place in fitting if place is not None), default=None)
        return None if best is None else self.ranked[best].category

    @property
    def digest(self) -> str:
        """SHA-256 of the rules, hexadecimal, whatever their order."""
        rows = sorted([rule.key, rule.value, rule.category, rule.priority] for rule in self.ranked)
        return hashlib.sha256(canonical(rows)).hexdigest()


_POPULARITY: tuple[tuple[int, tuple[str, ...]], ...] = (
    (30, ("wikidata",)),
    (30, ("wikipedia",)),
    (20, ("heritage", "historic")),
    (10, ("tourism",)),
    (10, ("website", "contact:website", "url")),
)
"""Hundredths, for having any of these tags: about what others have written is well known."""


def popularity(tags: Mapping[str, str]) -> float:
    """Return how well known a place is, 0 to 1, as far as its tags tell."""
    return sum(hundredths for hundredths, keys in _POPULARITY if any(key in tags for key in keys)) / 100


@dataclass(frozen=True, slots=True)
class Place:
    """What an import says of a place. Raises ValueError."""

    osm_type: str
    osm_id: int
    location: Point
    name: str | None
    osm_tags: Mapping[str, str]
    category: str
    popularity: float

    def __post_init__(self) -> None:
        if self.osm_type not in OSM_TYPES or self.osm_id < 1:
            raise ValueError("a place is a node, way or relation, numbered from 1")

    @property
    def id(self) -> UUID:
        """The same in every database."""
        return poi_id(self.osm_type, self.osm_id)

    @classmethod
    def of(cls, element: Element, location: Point, category: str) -> "Place":
        """Make a place of an element: with all its tags, and the name that it has where it stands."""
        name = element.tags.get("name", "").strip()[:NAME].strip() or None
        return cls(
            element.osm_type,
            element.osm_id,
            location,
            name,
            dict(element.tags),
            category,
            popularity(element.tags),
        )


Geofence: TypeAlias = str | Bounds
"""A region by its slug, or bounds."""


def parse_geofence(text: str) -> Geofence:
    """Return what an operator says the fence is. Raises ValueError, whose arguments are all that is wrong."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 and _SLUG.fullmatch(parts[0]):
        return parts[0]
    if len(parts) != 4:
        raise ValueError("a geofence is a region, or min_lng,min_lat,max_lng,max_lat")
    limits = zip(("min_lng", "min_lat", "max_lng", "max_lat"), parts, (180, 90, 180, 90), strict=True)
    problems = [problem for name, part, most in limits if (problem := _problem(name, part, most))]
    if problems:
        raise ValueError(*problems)
    west, south, east, north = map(float, parts)
    if west >= east:
        problems.append("a geofence goes from west to east: min_lng is to be less than max_lng")
    if south >= north:
        problems.append("a geofence goes from south to north: min_lat is to be less than max_lat")
    if problems:
        raise ValueError(*problems)
    return Bounds(west, south, east, north)


def spelled(fence: Geofence) -> str:
    """Return a geofence as it is kept: equal ones are equal texts."""
    if isinstance(fence, str):
        return fence
    return ",".join(
        repr(value + 0.0) for value in (fence.min_lng, fence.min_lat, fence.max_lng, fence.max_lat)
    )


def _problem(name: str, text: str, most: float) -> str | None:
    try:
        value = float(text)
    except ValueError:
        return f"{name} of the geofence is no number: {text!r}"
    if not math.isfinite(value) or abs(value) > most:
        return f"{name} of the geofence is -{most} to {most} degrees, not {text}"
    return None
