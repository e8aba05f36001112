"""Small values of the catalogue, each with what a test usually does not care about filled in."""

from typing import Any
from uuid import UUID, uuid4

from tests.builders import MOMENT
from wildside.domain.geometry import Point
from wildside.domain.route_catalogue import Collection, Pick, Span, Summary, Trend
from wildside.domain.routes import Route, Stop

NAMED = {"en-GB": {"name": "A walk"}, "es": {"name": "Un paseo", "description": "Corto."}}


def route(**changes: Any) -> Route:
    values: dict[str, Any] = {
        "id": uuid4(), "user_id": None, "title": "A walk", "path": (Point(24.94, 60.17), Point(24.95, 60.18)),
        "distance_metres": 1200, "duration_seconds": 900, "generation_params": {"from": "a test"},
        "engine_version": "test-1", "created_at": MOMENT, "stops": (),
    }  # fmt: skip
    return Route(**{**values, **changes})


def stops(*poi_ids: UUID) -> tuple[Stop, ...]:
    return tuple(Stop(uuid4(), each) for each in poi_ids)


def summary(route_id: UUID, slug: str = "a-walk", **changes: Any) -> Summary:
    values: dict[str, Any] = {
        "category": "waterfront", "theme": "golden-hour", "difficulty": "easy", "surface": "cobbles",
        "gradient": "flat", "crowd_level": "quiet", "region": "helsinki", "rating": 4.5,
        "localizations": NAMED, "tags": ("views", "coffee"), "badges": ("new-route", "early-bird"),
    }  # fmt: skip
    return Summary(route_id, slug, **{**values, **changes})


def collection(slug: str = "some", **changes: Any) -> Collection:
    values: dict[str, Any] = {
        "sort_order": 1, "difficulty": "easy", "distance": Span(1, 2), "duration": Span(3, 4),
        "localizations": NAMED, "route_ids": (),
    }  # fmt: skip
    return Collection(slug, **{**values, **changes})


def trend(route_id: UUID, **changes: Any) -> Trend:
    return Trend(route_id, **{"trend_percent": 12.5, "localizations": NAMED, **changes})


def pick(route_id: UUID, user_id: UUID | None = None, **changes: Any) -> Pick:
    values: dict[str, Any] = {"rating": 4.0, "saves": 7, "picked_at": MOMENT, "localizations": NAMED}
    return Pick(route_id, user_id, **{**values, **changes})
