"""The rules of routes and of the catalogue stand twice, in the schema and in the values, and agree."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.builders import MOMENT
from tests.sql.agreement import holds
from tests.sql.support import Connection, connect, scratch_database
from tests.sql.test_localizations import BAD, GOOD
from tests.summaries import collection, pick, route, summary, trend
from tests.walkways import put_route
from wildside.domain.route_catalogue import Span

NAMED = {"en-GB": {"name": "A walk"}}
LISTED = UUID(int=1)
ROWS: dict[str, dict[str, Any]] = {
    "routes": {
        "title": "A walk", "path": "[(24,60),(25,61)]", "distance_metres": 0, "duration_seconds": 0,
        "generation_params": Jsonb({}), "engine_version": "test-1",
    },
    "route_summaries": {
        "slug": "another", "category": "waterfront", "theme": "golden-hour", "difficulty": "easy",
        "surface": "cobbles", "gradient": "flat", "crowd_level": "quiet", "region": "helsinki",
        "rating": 4.5, "localizations": Jsonb(NAMED),
    },
    "route_collections": {
        "slug": "some", "sort_order": 1, "difficulty": "easy", "min_distance_metres": 1,
        "max_distance_metres": 2, "min_duration_seconds": 3, "max_duration_seconds": 4,
        "localizations": Jsonb(NAMED),
    },
    "trending_route_highlights": {"position": 0, "trend_percent": 1.0, "localizations": Jsonb(NAMED)},
    "community_picks": {
        "position": 0, "rating": 4.0, "saves": 0, "picked_at": MOMENT, "localizations": Jsonb(NAMED),
    },
}  # fmt: skip
"""Table → a row that is right, but for the key of its route."""

Made = Callable[[], Any]
NUMBERS = (0.0, 5.0, -0.1, 5.1, float("nan"))
VALUES: dict[tuple[str, str], tuple[Sequence[Any], Callable[[Any], Any]]] = {
    ("routes", "title"): (("x", "x" * 200, "", " ", "x" * 201), lambda value: route(title=value)),
    ("routes", "distance_metres"): ((0, -1), lambda value: route(distance_metres=value)),
    ("routes", "duration_seconds"): ((0, -1), lambda value: route(duration_seconds=value)),
    ("routes", "engine_version"): (
        ("demo-1", "1.0+a", "a" * 64, "a" * 65, "", "Demo", "-a", "a b", "a\n"),
        lambda value: route(engine_version=value),
    ),
    ("route_summaries", "slug"): (
        ("a", "a-1", "", "A", "a--b", "a-", "a b", "a\n"),
        lambda value: summary(LISTED, value),
    ),
    ("route_summaries", "rating"): ((None, *NUMBERS), lambda value: summary(LISTED, rating=value)),
    ("route_collections", "slug"): (("a", "A", "a--b"), collection),
    ("route_collections", "min_distance_metres"): ((0, 2, 3, -1), lambda value: Span(value, 2)),
    ("route_collections", "min_duration_seconds"): ((0, 4, 5, -1), lambda value: Span(value, 4)),
    ("trending_route_highlights", "trend_percent"): (
        (0.0, -80.0, float("nan"), float("inf"), float("-inf")),
        lambda value: trend(LISTED, trend_percent=value),
    ),
    ("community_picks", "rating"): (NUMBERS, lambda value: pick(LISTED, rating=value)),
    ("community_picks", "saves"): ((0, -1), lambda value: pick(LISTED, saves=value)),
}
"""Table and column → values, and what makes the same of one in the domain."""
CASES = [(*where, value, make) for where, (values, make) in VALUES.items() for value in values]
TEXTS = [("good", each) for each in GOOD] + list(BAD.items())


@pytest.fixture(scope="module")
def city(cluster: Any, seeded_template: Any) -> Iterator[Connection]:
    """A seeded database."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url, connect(url) as opened:
        yield opened


def is_taken(city: Connection, table: str, column: str, value: Any) -> bool:
    row = {**ROWS[table], column: value}
    try:
        with city.transaction(force_rollback=True):
            made = put_route(city, stops=0)
            if table == "routes":
                row["id"] = UUID(int=2)
            elif table != "route_collections":
                row["route_id"] = made.id
            if table in {"trending_route_highlights", "community_picks"}:
                insert(city, "route_summaries", {**ROWS["route_summaries"], "route_id": made.id})
            insert(city, table, row)
    except (psycopg.errors.CheckViolation, psycopg.errors.NotNullViolation):
        return False
    return True


def insert(city: Connection, table: str, row: dict[str, Any]) -> None:
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    city.execute(statement, list(row.values()))


@pytest.mark.parametrize(("table", "column", "value", "make"), CASES)
def test_the_rules_agree(
    city: Connection, table: str, column: str, value: Any, make: Callable[[Any], Any]
) -> None:
    assert is_taken(city, table, column, value) == holds(lambda: make(value))


@pytest.mark.parametrize("value", [value for _, value in TEXTS], ids=[name for name, _ in TEXTS])
def test_the_rules_of_localised_text_agree(city: Connection, value: Any) -> None:
    tables = ("route_summaries", "route_collections", "trending_route_highlights", "community_picks")
    taken = {is_taken(city, table, "localizations", Jsonb(value)) for table in tables}
    makes: list[Made] = [
        lambda: summary(LISTED, localizations=value),
        lambda: collection(localizations=value),
        lambda: trend(LISTED, localizations=value),
        lambda: pick(LISTED, localizations=value),
    ]
    assert {holds(make) for make in makes} == taken
    assert taken == {value in GOOD}


def test_what_is_named_twice_is_refused() -> None:
    for make in (
        lambda: summary(LISTED, tags=("views", "views")),
        lambda: summary(LISTED, badges=("new-route", "new-route")),
        lambda: collection(route_ids=(LISTED, LISTED)),
    ):
        assert not holds(make)
