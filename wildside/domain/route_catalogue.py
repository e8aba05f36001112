"""The catalogue of routes: how each is described, and how editors and walkers present them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from uuid import UUID

from wildside.domain.localizations import Localizations, localizations_problem
from wildside.domain.reference import Row

RATING = 5.0
"""The best that a walker can say; the least is 0."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Summary:
    """How a route is described: `category` to `region` are keys of reference data. Raises ValueError."""

    route_id: UUID
    slug: str
    category: str
    theme: str
    difficulty: str
    surface: str
    gradient: str
    crowd_level: str
    region: str
    rating: float | None
    localizations: Localizations
    tags: tuple[str, ...]
    badges: tuple[str, ...]

    def __post_init__(self) -> None:
        _slug(self.slug)
        if self.rating is not None:
            _rating(self.rating)
        _once(self.tags, "tags")
        _once(self.badges, "badges")
        _localized(self.localizations)


@dataclass(frozen=True, slots=True)
class ListedRoute:
    """A route of the catalogue: its summary, and what its route says of lengths."""

    summary: Summary
    distance_metres: int
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most, metres or seconds. Raises ValueError."""

    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ValueError("a range goes from 0 or more to at least as much")


@dataclass(frozen=True, slots=True)
class Collection:
    """Routes under a title, in their order. Raises ValueError."""

    slug: str
    sort_order: int
    difficulty: str
    distance: Span
    duration: Span
    localizations: Localizations
    route_ids: tuple[UUID, ...]

    def __post_init__(self) -> None:
        _slug(self.slug)
        _once(self.route_ids, "routes")
        _localized(self.localizations)


@dataclass(frozen=True, slots=True)
class Trend:
    """A route that is walked more than before, by so many per cent. Raises ValueError."""

    route_id: UUID
    trend_percent: float
    localizations: Localizations

    def __post_init__(self) -> None:
        if not isfinite(self.trend_percent):
            raise ValueError("a trend is a finite number of per cent")
        _localized(self.localizations)


@dataclass(frozen=True, slots=True)
class Pick:
    """A route that somebody recommends; `user_id` is None once they are erased. Raises ValueError."""

    route_id: UUID
    user_id: UUID | None
    rating: float
    saves: int
    picked_at: datetime
    localizations: Localizations

    def __post_init__(self) -> None:
        _rating(self.rating)
        if self.saves < 0:
            raise ValueError("saves are not negative")
        _localized(self.localizations)


@dataclass(frozen=True, slots=True)
class ListedPick:
    """A pick, and the display name of who made it, as long as they are there."""

    pick: Pick
    curator: str | None


@dataclass(frozen=True, slots=True)
class Explore:
    """What the catalogue was at one moment; `changed_at` is since when."""

    changed_at: datetime
    categories: Sequence[Row]
    themes: Sequence[Row]
    routes: Sequence[ListedRoute]
    collections: Sequence[Collection]
    trending: Sequence[Trend]
    picks: Sequence[ListedPick]


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The active rows of DESCRIBING, of one moment; `changed_at` is since when they are what they are."""

    changed_at: datetime
    tables: Mapping[str, Sequence[Row]]


EXPLORED = ("route_categories", "themes")
"""The reference tables whose rows stand in the catalogue itself."""

DESCRIBING = (
    "tags", "badges", "difficulties", "surfaces", "gradients", "crowd_levels", "interest_themes",
    "safety_toggles", "safety_presets", "safety_preset_toggles",
)  # fmt: skip
"""The reference tables whose rows describe routes and what walkers want of them."""


def _slug(slug: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise ValueError("a slug is a-z and 0-9, with single hyphens between")


def _rating(rating: float) -> None:
    if not 0 <= rating <= RATING:
        raise ValueError("a rating is 0 to 5")


def _once(keys: Sequence[object], what: str) -> None:
    if len(set(keys)) < len(keys):
        raise ValueError(f"{what} are named once")


def _localized(value: Localizations) -> None:
    if problem := localizations_problem(value):
        raise ValueError(problem)
