"""The demo city's routes: what its file says, what is wrong with it, and the values that follow from it."""

from collections.abc import Collection as Several
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

import msgspec

from wildside.domain.geometry import Point, metres
from wildside.domain.localizations import Localizations
from wildside.domain.pois import OSM_TYPES, poi_id
from wildside.domain.route_catalogue import Collection, Pick, Span, Summary, Trend
from wildside.domain.routes import Route, Stop

ENGINE, PACE = "demo-1", 1.3
"""What made the routes, and metres walked a second."""

_NAMESPACE = UUID("0d7f3c54-8a3a-5f59-8d0e-3b0c52f1a7d6")
"""Of ids that are made of slugs; never to be changed."""

REFERENCES = {
    "category": "route_categories",
    "theme": "themes",
    "difficulty": "difficulties",
    "surface": "surfaces",
    "gradient": "gradients",
    "crowd_level": "crowd_levels",
    "region": "regions",
    "tags": "tags",
    "badges": "badges",
}
"""What a route says of itself → the reference table that has such keys."""


class ExampleRoute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route of the file; a stop is an element of OpenStreetMap, as way/123814071."""

    slug: str
    title: str
    stops: tuple[str, ...]
    category: str
    theme: str
    difficulty: str
    surface: str
    gradient: str
    crowd_level: str
    region: str
    localizations: dict[str, dict[str, str]]
    rating: float | None = None
    tags: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()

    @property
    def id(self) -> UUID:
        """The same in every database."""
        return route_id(self.slug)


class ExampleCollection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A collection of the file, of routes by their slugs."""

    slug: str
    sort_order: int
    difficulty: str
    routes: tuple[str, ...]
    localizations: dict[str, dict[str, str]]


class ExampleTrend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trend of the file."""

    route: str
    trend_percent: float
    localizations: dict[str, dict[str, str]]


class ExamplePick(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pick of the file; the curator is a username, and nobody where there is none of that name."""

    route: str
    curator: str
    rating: float
    saves: int
    picked_at: datetime
    localizations: dict[str, dict[str, str]]


class ExampleCity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the file has."""

    routes: tuple[ExampleRoute, ...] = ()
    collections: tuple[ExampleCollection, ...] = ()
    trending: tuple[ExampleTrend, ...] = ()
    community_picks: tuple[ExamplePick, ...] = ()

    @property
    def places(self) -> frozenset[UUID]:
        """The places where its routes stop, as far as they can be read."""
        return frozenset(
            found for route in self.routes for stop in route.stops if (found := place_of(stop)) is not None
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already: keys of reference tables in use, places, and slugs of the catalogue."""

    keys: Mapping[str, Several[str]]
    places: Mapping[UUID, Point]
    slugs: Mapping[str, UUID]


def parse_city(content: Any) -> ExampleCity:
    """Read the values of a file. Raises ValueError that says where it has another shape."""
    return msgspec.convert(content, ExampleCity)


def route_id(slug: str) -> UUID:
    """Return the id of a route of the file."""
    return uuid5(_NAMESPACE, slug)


def place_of(stop: str) -> UUID | None:
    """Return the place of a stop; None where it is not spelled as one."""
    kind, _, number = stop.partition("/")
    if kind in OSM_TYPES and number.isascii() and number.isdecimal() and len(number) < 19 and int(number):
        return poi_id(kind, int(number))
    return None


def problems_of(city: ExampleCity, known: Known) -> Sequence[str]:
    """Return everything that is wrong, each with where it stands."""
    slugs = [route.slug for route in city.routes]
    found = [problem for route in city.routes for problem in _route_problems(route, known)]
    found += [f"{slug}: there are two routes of this slug" for slug in _twice(slugs)]
    found += _unknown(((f"collections {c.slug}", c.routes) for c in city.collections), slugs)
    found += _unknown((("trending", (t.route,)) for t in city.trending), slugs)
    found += _unknown((("community_picks", (p.route,)) for p in city.community_picks), slugs)
    for collection in city.collections:
        found += _collection_problems(collection, known)
    for trend in city.trending:
        found += _refused(trend.route, lambda trend=trend: trend_of(trend))
    for pick in city.community_picks:
        found += _refused(pick.route, lambda pick=pick: pick_of(pick, None))
    return found


def route_of(route: ExampleRoute, places: Mapping[UUID, Point], created_at: datetime) -> Route:
    """Make a route of straight lines between its stops. Raises KeyError for an unknown place, ValueError."""
    ids = [poi_id(kind, int(number)) for kind, _, number in (stop.partition("/") for stop in route.stops)]
    path = tuple(places[each] for each in ids)
    length = sum(metres(one, other) for one, other in pairwise(path))
    return Route(
        route.id,
        None,
        route.title,
        path,
        round(length),
        round(length / PACE),
        {"lines": "straight between the stops", "metresPerSecond": PACE, "slug": route.slug},
        ENGINE,
        created_at,
        tuple(Stop(uuid5(route.id, str(position)), each) for position, each in enumerate(ids)),
    )


def summary_of(route: ExampleRoute) -> Summary:
    """Make what the catalogue says of a route. Raises ValueError."""
    return Summary(
        route.id,
        route.slug,
        route.category,
        route.theme,
        route.difficulty,
        route.surface,
        route.gradient,
        route.crowd_level,
        route.region,
        route.rating,
        route.localizations,
        route.tags,
        route.badges,
    )


def collection_of(collection: ExampleCollection, routes: Mapping[UUID, Route]) -> Collection:
    """Make a collection of routes. Raises KeyError for an unknown route, ValueError."""
    ids = tuple(route_id(slug) for slug in collection.routes)
    lengths = [routes[each].distance_metres for each in ids]
    durations = [routes[each].duration_seconds for each in ids]
    return Collection(
        collection.slug,
        collection.sort_order,
        collection.difficulty,
        Span(min(lengths), max(lengths)),
        Span(min(durations), max(durations)),
        collection.localizations,
        ids,
    )


def trend_of(trend: ExampleTrend) -> Trend:
    """Make a trend. Raises ValueError."""
    return Trend(route_id(trend.route), trend.trend_percent, trend.localizations)


def pick_of(pick: ExamplePick, user_id: UUID | None) -> Pick:
    """Make the pick of a user, or of nobody. Raises ValueError."""
    moment = pick.picked_at if pick.picked_at.tzinfo else pick.picked_at.replace(tzinfo=UTC)
    return Pick(route_id(pick.route), user_id, pick.rating, pick.saves, moment, pick.localizations)


def _route_problems(route: ExampleRoute, known: Known) -> Iterator[str]:
    if known.slugs.get(route.slug, route.id) != route.id:
        yield f"{route.slug}: another route of the catalogue has this slug"
    if len(route.stops) < 2:
        yield f"{route.slug}: a route has two stops at least"
    for stop in route.stops:
        yield from _stop_problems(route, stop, known)
    for member, table in REFERENCES.items():
        value = getattr(route, member)
        for key in (value,) if isinstance(value, str) else value:
            if key not in known.keys[table]:
                yield f"{route.slug}: {table} has no {key}"
    yield from _refused(route.slug, lambda: summary_of(route))
    yield from _refused(route.slug, lambda: _titled(route))


def _stop_problems(route: ExampleRoute, stop: str, known: Known) -> Iterator[str]:
    place = place_of(stop)
    if place is None:
        yield f"{route.slug}: {stop} is no element of OpenStreetMap, such as way/123814071"
    elif place not in known.places:
        yield f"{route.slug}: there is no place {stop}; import it first: wildside ingest-osm"


def _titled(route: ExampleRoute) -> None:
    line = (Point(0, 0), Point(0, 0))
    Route(route.id, None, route.title, line, 0, 0, {}, ENGINE, datetime.min, ())


def _collection_problems(collection: ExampleCollection, known: Known) -> Iterator[str]:
    where = f"collections {collection.slug}"
    if not collection.routes:
        yield f"{where}: a collection has a route at least"
    if collection.difficulty not in known.keys["difficulties"]:
        yield f"{where}: difficulties has no {collection.difficulty}"
    none, ids = Span(0, 0), tuple(route_id(slug) for slug in collection.routes)
    texts: Localizations = collection.localizations
    yield from _refused(where, lambda: Collection(collection.slug, 0, "", none, none, texts, ids))


def _unknown(named: Any, slugs: Sequence[str]) -> list[str]:
    return [
        f"{where}: there is no route {slug}"
        for where, routes in named
        for slug in routes
        if slug not in slugs
    ]


def _twice(slugs: Sequence[str]) -> Sequence[str]:
    return sorted({slug for slug in slugs if slugs.count(slug) > 1})


def _refused(where: str, make: Any) -> list[str]:
    try:
        make()
    except ValueError as error:
        return [f"{where}: {error}"]
    return []
