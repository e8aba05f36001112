"""Rows with revisions as the API has them: how each is written and read, and how a number is its value."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg

from tests.conftest import REFERENCE
from tests.http.walking.asking import BUNDLES, manifest
from tests.people import Person, person
from tests.walkways import Walkway, put_route

ME = "/api/v1/users/me"
THEMES = [row["slug"] for row in json.loads((REFERENCE / "interest_themes.json").read_text())]
STOPS = 14
CHOSEN = 5

Shown = tuple[int, int | None]
"""Revision and number; 0 and None of what is not there."""


@dataclass(eq=False)
class Row:
    """A row of somebody; `numbers` are the values that have not been written yet."""

    who: Person
    kind: str
    method: str
    path: str
    read_path: str
    body: Callable[[int], dict[str, Any]]
    shown: Callable[[Any], Shown]
    numbers: "count[int]" = field(default_factory=lambda: count(1))


def rows_of(url: str) -> list[Row]:
    """Put somebody into a database, with a row of each kind to be."""
    who = person(url, "A walker")
    with psycopg.connect(url) as connection:
        way = put_route(connection, who.id, STOPS)
    return [_preferences(who), _note(who, way), _progress(who, way), _bundle(who, way)]


def _preferences(who: Person) -> Row:
    def body(number: int) -> dict[str, Any]:
        return {"interestThemeIds": _arranged(number), "safetyToggleIds": [], "unitSystem": "metric"}

    def shown(found: Mapping[str, Any]) -> Shown:
        revision = found["revision"] or 0
        return revision, _place(found["interestThemeIds"]) if revision else None

    path = f"{ME}/preferences"
    return Row(who, "preferences", "PUT", path, path, body, shown)


def _arranged(number: int) -> list[str]:
    """One of the ways to choose some themes in an order."""
    left, chosen = [*THEMES], []
    for _ in range(CHOSEN):
        number, place = divmod(number, len(left))
        chosen.append(left.pop(place))
    return chosen


def _place(chosen: list[str]) -> int:
    left, number, times = [*THEMES], 0, 1
    for theme in chosen:
        number += times * left.index(theme)
        times *= len(left)
        left.remove(theme)
    return number


def _note(who: Person, way: Walkway) -> Row:
    note, path = str(uuid4()), f"/api/v1/routes/{way.id}/notes"

    def shown(found: Mapping[str, Any]) -> Shown:
        return found["revision"], int(found["body"])

    return Row(who, "note", "POST", path, f"{path}/{note}", lambda n: {"noteId": note, "body": str(n)}, shown)


def _progress(who: Person, way: Walkway) -> Row:
    path = f"/api/v1/routes/{way.id}"
    stops = [str(stop) for stop in way.stops]

    def body(number: int) -> dict[str, Any]:
        return {"visitedStopIds": [stop for bit, stop in enumerate(stops) if number >> bit & 1]}

    def shown(found: Mapping[str, Any]) -> Shown:
        found = found.get("progress", found)
        if found is None:
            return 0, None
        return found["revision"], sum(1 << stops.index(stop) for stop in found["visitedStopIds"])

    return Row(who, "progress", "PUT", f"{path}/progress", f"{path}/annotations", body, shown)


def _bundle(who: Person, way: Walkway) -> Row:
    bundle = str(uuid4())
    fixed = manifest(way, id=bundle)

    def shown(found: Mapping[str, Any]) -> Shown:
        found = found.get("bundle", found)
        return found["revision"], found["estimatedSizeBytes"]

    return Row(
        who,
        "bundle",
        "POST",
        BUNDLES,
        f"{BUNDLES}/{bundle}",
        lambda n: {**fixed, "estimatedSizeBytes": n},
        shown,
    )
