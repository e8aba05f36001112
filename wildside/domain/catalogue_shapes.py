"""Bodies of the catalogue, as types."""

from typing import Annotated, Any, TypedDict

from msgspec import Meta

from wildside.domain.localizations import Localizations
from wildside.domain.route_catalogue import RATING
from wildside.domain.shapes import Identity, Key, Moment

Whole = Annotated[int, Meta(ge=0)]
Rating = Annotated[float, Meta(ge=0, le=RATING)]
Slug = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
DescriptorJson = Annotated[dict[str, Any], Meta(description="A row of reference data, as in a release.")]


_TEXT = {"type": "string", "pattern": r"\S"}

LocalizationsJson = Annotated[
    Localizations,
    Meta(
        description="Locale (BCP 47) → texts.",
        extra_json_schema={
            "required": ["en-GB"],
            "additionalProperties": {
                "type": "object",
                "properties": {"name": _TEXT, "shortLabel": _TEXT, "description": _TEXT},
                "required": ["name"],
                "additionalProperties": False,
            },
        },
    ),
]


class RouteCardJson(TypedDict):
    """A route of the catalogue."""

    routeId: Identity
    slug: Slug
    localizations: LocalizationsJson
    category: Key
    theme: Key
    difficulty: Key
    surface: Key
    gradient: Key
    crowdLevel: Key
    region: Key
    rating: Rating | None
    distanceMetres: Whole
    durationSeconds: Whole
    tags: list[Key]
    badges: list[Key]


class SpanJson(TypedDict):
    """From the least to the most."""

    min: Whole
    max: Whole


class CollectionJson(TypedDict):
    """Routes that go together; distances in metres, durations in seconds."""

    slug: Slug
    localizations: LocalizationsJson
    difficulty: Key
    distanceRange: SpanJson
    durationRange: SpanJson
    routeIds: list[Identity]


class TrendJson(TypedDict):
    """A route that is walked more, or less, of late."""

    routeId: Identity
    trendPercent: float
    localizations: LocalizationsJson


class CuratorJson(TypedDict):
    """Who picked a route."""

    displayName: str


class PickJson(TypedDict):
    """A route that somebody recommends; curator null: who is no longer with us."""

    routeId: Identity
    localizations: LocalizationsJson
    rating: Rating
    saves: Whole
    pickedAt: Moment
    curator: CuratorJson | None


class ExploreJson(TypedDict):
    """Everything that the catalogue has, of one moment; `generatedAt`: since when it is so."""

    generatedAt: Moment
    categories: list[DescriptorJson]
    themes: list[DescriptorJson]
    routes: list[RouteCardJson]
    collections: list[CollectionJson]
    trending: list[TrendJson]
    communityPicks: list[PickJson]


class DescriptorsJson(TypedDict):
    """The words that describe routes, and what walkers want of them, each list in the order to show it."""

    generatedAt: Moment
    tags: list[DescriptorJson]
    badges: list[DescriptorJson]
    difficulties: list[DescriptorJson]
    surfaces: list[DescriptorJson]
    gradients: list[DescriptorJson]
    crowdLevels: list[DescriptorJson]
    interestThemes: list[DescriptorJson]
    safetyToggles: list[DescriptorJson]
    safetyPresets: list[DescriptorJson]
