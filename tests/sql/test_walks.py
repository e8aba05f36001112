"""The rules of walks, at the edges that the domain has too; and the plans of what is read often."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.sql.agreement import allowed, holds
from tests.sql.plans import planned
from tests.sql.support import Connection, connect, scratch_database
from tests.walkways import Walkway, put_route
from wildside.domain.walks import MOST, PRIMARY, Stat, Walk, WalkSession, stat_faults
from wildside.outbound.postgres.walks import _GET, COMPLETED_PAGE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
INF, NAN = float("inf"), float("nan")
ADA, WALK = UUID(int=1), UUID(int=2)
INSERT: LiteralString = """
insert into walk_sessions (user_id, id, route_id, started_at, ended_at, revision, created_at, updated_at)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
STAT: LiteralString = """
insert into walk_session_stats (user_id, walk_session_id, kind, label, value, unit, position)
values (%s, %s, %s, %s, %s, %s, %s)
"""
POI: LiteralString = """
insert into walk_session_pois (user_id, walk_session_id, poi_id, position) values (%s, %s, %s, %s)
"""

MODES = ("force_custom_plan", "force_generic_plan")


@pytest.fixture(scope="module")
def seeded(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    template = seeded_template.template_dbname
    with scratch_database(cluster, template=template) as url, connect(url) as connection:
        connection.execute("insert into users (id, display_name) values (%s, 'Ada')", [ADA])
        yield connection


@pytest.fixture(scope="module")
def walkway(seeded: Connection) -> Walkway:
    made = put_route(seeded, stops=MOST + 1)
    seeded.execute(INSERT, [ADA, WALK, made.id, NOW, None, 1, NOW, NOW])
    return made


def walk(walkway: Walkway, **changes: Any) -> Walk:
    given: dict[str, Any] = {
        "id": WALK, "route_id": walkway.id, "started_at": NOW, "ended_at": None, "primary": (),
        "secondary": (), "highlights": (), **changes,
    }  # fmt: skip
    return Walk(**given)


@pytest.mark.parametrize("gap", [-1, 0, 1, None])
def test_ends(seeded: Connection, walkway: Walkway, gap: int | None) -> None:
    ended_at = None if gap is None else NOW + timedelta(microseconds=gap)
    fits = gap is None or gap >= 0
    assert holds(lambda: walk(walkway, ended_at=ended_at)) == fits
    assert allowed(seeded, (INSERT, [ADA, uuid4(), walkway.id, NOW, ended_at, 1, NOW, NOW])) == fits


@pytest.mark.parametrize(("revision", "gap", "fits"), [
    (-1, 0, False), (0, 0, False), (1, 0, True), (2**31 - 1, 1, True), (1, -1, False),
])  # fmt: skip
def test_revisions(seeded: Connection, walkway: Walkway, revision: int, gap: int, fits: bool) -> None:
    changed = NOW + timedelta(microseconds=gap)
    assert holds(lambda: WalkSession(ADA, walk(walkway), revision, NOW, changed)) == fits
    row = [ADA, uuid4(), walkway.id, NOW, None, revision, NOW, changed]
    assert allowed(seeded, (INSERT, row)) == fits


STATS: list[tuple[Any, bool]] = [
    *((("count", value), True) for value in (0.0, -0.0, 5e-324, 1.7976931348623157e308)),
    *((("count", value), False) for value in (-5e-324, -1.0, INF, -INF, NAN)),
    *(((kind, 1.0), kind != "steps") for kind in ("distance", "duration", "energy", "count", "steps")),
    *((("distance", 1.0, label, unit), False) for label, unit in (("a", None), (None, "m"), ("a", "m"))),
    *((("duration", 1.0, label, unit), False) for label, unit in (("a", None), (None, "s"))),
    *((("count", 1.0, label), True) for label in ("a", "é" * 64, "a" * 64, " a ", "\u200b", "1\n2")),
    *((("count", 1.0, label), False) for label in ("", " ", "\t\n\r\v\f", "a" * 65, "é" * 65, " " * 64)),
    *((("energy", 1.0, None, unit), True) for unit in ("a", "k" * 16, " k")),
    *((("energy", 1.0, None, unit), False) for unit in ("", " ", "k" * 17)),
]  # fmt: skip


@pytest.mark.parametrize(("figure", "fits"), STATS)
def test_figures(seeded: Connection, walkway: Walkway, figure: Any, fits: bool) -> None:
    assert walkway
    kind, value, label, unit = (*figure, None, None)[:4]
    assert holds(lambda: Stat(*figure)) == fits
    assert allowed(seeded, (STAT, [ADA, WALK, kind, label, value, unit, 0])) == fits


TWICE = [
    ([("count", None), ("count", None)], False),
    ([("count", "a"), ("count", "a")], False),
    ([("distance", None), ("distance", None)], False),
    ([("count", "a"), ("count", None), ("energy", "a"), ("energy", None), ("count", "A")], True),
]


@pytest.mark.parametrize(("figures", "fits"), TWICE)
def test_one_figure_a_kind_and_label(seeded: Connection, walkway: Walkway, figures: Any, fits: bool) -> None:
    assert walkway
    stats = [Stat(kind, 1, label) for kind, label in figures]
    kinds = [kind for kind, _ in figures]
    assert (stat_faults("", stats, kinds) == []) == fits
    rows = [(STAT, [ADA, WALK, one.kind, one.label, one.value, None, n]) for n, one in enumerate(stats)]
    assert allowed(seeded, *rows) == fits


@pytest.mark.parametrize("length", [0, 1, MOST - 1, MOST, MOST + 1])
def test_lists(seeded: Connection, walkway: Walkway, length: int) -> None:
    places = tuple(walkway.pois[:length])
    stats = tuple(Stat("count", 1, str(number)) for number in range(length))
    assert holds(lambda: walk(walkway, highlights=places)) == (length <= MOST)
    assert holds(lambda: walk(walkway, secondary=stats)) == (length <= MOST)
    rows = [(POI, [ADA, WALK, place, number]) for number, place in enumerate(places)]
    assert allowed(seeded, *rows) == (length <= MOST)
    figures = [(STAT, [ADA, WALK, "count", one.label, 1, None, n]) for n, one in enumerate(stats)]
    assert allowed(seeded, *figures) == (length <= MOST)


def test_a_place_stands_once_and_two_have_not_one_position(seeded: Connection, walkway: Walkway) -> None:
    one, other = walkway.pois[:2]
    assert not holds(lambda: walk(walkway, highlights=(one, other, one)))
    assert not allowed(seeded, *((POI, [ADA, WALK, one, place]) for place in (0, 1)))
    assert not allowed(seeded, *((POI, [ADA, WALK, place, 0]) for place in (one, other)))
    assert not allowed(seeded, (POI, [ADA, WALK, one, -1]))


def test_kinds_stand_in_their_own_list(walkway: Walkway) -> None:
    for kind in ("distance", "duration", "energy", "count"):
        figure = (Stat(kind, 1),)
        assert holds(lambda figure=figure: walk(walkway, primary=figure)) == (kind in PRIMARY)  # type: ignore[misc]
        assert holds(lambda figure=figure: walk(walkway, secondary=figure)) == (kind not in PRIMARY)  # type: ignore[misc]


MANY = """
insert into users (id, display_name)
select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'User ' || n
  from generate_series(1, 40) n;
insert into walk_sessions (user_id, id, route_id, started_at, ended_at, revision)
select u.id, gen_random_uuid(), r.id, '2025-01-01',
       case when n % 5 > 0 then timestamptz '2025-01-01' + (n / 3) * interval '1 s' end, 1
  from users u cross join (select id from routes limit 1) r cross join generate_series(1, 500) n;
insert into walk_session_stats (user_id, walk_session_id, kind, value, position)
select w.user_id, w.id, k.kind, 1, 0
  from walk_sessions w cross join (values ('distance'), ('count')) k (kind);
insert into walk_session_pois (user_id, walk_session_id, poi_id, position)
select w.user_id, w.id, p.id, 0 from walk_sessions w cross join (select id from pois limit 1) p;
"""


@pytest.fixture(scope="module")
def many(seeded: Connection, walkway: Walkway) -> Connection:
    """Many walks, of which each fifth goes on, and three end at each moment."""
    assert walkway
    with seeded.transaction():
        seeded.execute("set local session_replication_role = replica")
        seeded.execute(MANY.encode())
    seeded.execute("vacuum analyze walk_sessions, walk_session_stats, walk_session_pois")
    return seeded


KEY = ["timestamptz '2025-01-01T00:01:20Z'", f"'{uuid4()}'::uuid"]
SOMEBODY = "'00000000-0000-4000-8000-000000000020'::uuid"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("direction", ["first", "next", "prev"])
def test_a_page_is_read_along_its_index(many: Connection, mode: str, direction: str) -> None:
    key = [] if direction == "first" else KEY
    found = planned(many, getattr(COMPLETED_PAGE, direction), [SOMEBODY, "21::bigint", *key], mode)
    (scan,) = [node for node in found if node.get("Relation Name") == "walk_sessions"]
    assert scan["Index Name"] == "walk_sessions_completed"
    assert scan["Scan Direction"] == ("Backward" if direction == "prev" else "Forward")
    assert "Filter" not in scan
    assert ("ended_at" in scan["Index Cond"]) == (direction != "first")
    assert scan["Actual Rows"] == 21
    assert found[0]["Node Type"] == "Limit"
    assert found[0]["Shared Hit Blocks"] + found[0]["Shared Read Blocks"] < 500
    others = {node["Relation Name"] for node in found if "Index Name" in node}
    assert others == {"walk_sessions", "walk_session_stats", "walk_session_pois"}


@pytest.mark.parametrize("mode", MODES)
def test_one_walk_is_found_by_index_with_all_that_belongs_to_it(many: Connection, mode: str) -> None:
    found = planned(many, _GET, [SOMEBODY, f"'{uuid4()}'::uuid"], mode)
    assert not [node for node in found if node["Node Type"] == "Seq Scan"], found
    (scan,) = [node for node in found if node.get("Relation Name") == "walk_sessions"]
    assert scan["Index Name"] == "walk_sessions_pkey"
