"""The catalogue as clients read it: the same rows are the same bytes on every node."""

from collections import Counter

from wildside.domain.catalogue_shapes import (
    CollectionJson,
    ExploreJson,
    PickJson,
    RouteCardJson,
    SpanJson,
    TrendJson,
)
from wildside.domain.release import Body, as_body, camel_case, client_row, plain, rfc_3339
from wildside.domain.route_catalogue import (
    DESCRIBING,
    Collection,
    Descriptors,
    Explore,
    ListedPick,
    ListedRoute,
    Span,
    Trend,
)

_PRESETS, _MEMBERSHIPS = "safety_presets", "safety_preset_toggles"


def explore_body(explore: Explore) -> Body:
    """Show what the catalogue has, in all locales."""
    counts = Counter(route.summary.category for route in explore.routes)
    shown: ExploreJson = {
        "generatedAt": rfc_3339(explore.changed_at),
        "categories": [
            {**client_row(row), "routeCount": counts[str(row["slug"])]} for row in explore.categories
        ],
        "themes": [client_row(row) for row in explore.themes],
        "routes": [_route(route) for route in explore.routes],
        "collections": [_collection(each) for each in explore.collections],
        "trending": [_trend(each) for each in explore.trending],
        "communityPicks": [_pick(each) for each in explore.picks],
    }
    return as_body(plain(shown))


def descriptors_body(descriptors: Descriptors) -> Body:
    """Show the words that routes are described with, in all locales."""
    tables = {name: [client_row(row) for row in rows] for name, rows in descriptors.tables.items()}
    memberships = tables.pop(_MEMBERSHIPS)
    tables[_PRESETS] = [
        {**preset, "toggles": [one["toggle"] for one in memberships if one["preset"] == preset["slug"]]}
        for preset in tables[_PRESETS]
    ]
    shown = {camel_case(name): tables[name] for name in DESCRIBING if name != _MEMBERSHIPS}
    return as_body({"generatedAt": rfc_3339(descriptors.changed_at), **shown})


def _route(route: ListedRoute) -> RouteCardJson:
    summary = route.summary
    return {
        "routeId": str(summary.route_id),
        "slug": summary.slug,
        "localizations": summary.localizations,
        "category": summary.category,
        "theme": summary.theme,
        "difficulty": summary.difficulty,
        "surface": summary.surface,
        "gradient": summary.gradient,
        "crowdLevel": summary.crowd_level,
        "region": summary.region,
        "rating": summary.rating,
        "distanceMetres": route.distance_metres,
        "durationSeconds": route.duration_seconds,
        "tags": list(summary.tags),
        "badges": list(summary.badges),
    }


def _collection(collection: Collection) -> CollectionJson:
    return {
        "slug": collection.slug,
        "localizations": collection.localizations,
        "difficulty": collection.difficulty,
        "distanceRange": _span(collection.distance),
        "durationRange": _span(collection.duration),
        "routeIds": [str(each) for each in collection.route_ids],
    }


def _span(span: Span) -> SpanJson:
    return {"min": span.least, "max": span.most}


def _trend(trend: Trend) -> TrendJson:
    return {
        "routeId": str(trend.route_id),
        "trendPercent": trend.trend_percent,
        "localizations": trend.localizations,
    }


def _pick(listed: ListedPick) -> PickJson:
    pick = listed.pick
    return {
        "routeId": str(pick.route_id),
        "localizations": pick.localizations,
        "rating": pick.rating,
        "saves": pick.saves,
        "pickedAt": rfc_3339(pick.picked_at),
        "curator": None if listed.curator is None else {"displayName": listed.curator},
    }
