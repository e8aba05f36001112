"""The rules of notes and progress, at the edges that the domain has too; and the plans of hot queries."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import LiteralString
from uuid import UUID, uuid4

import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.sql.agreement import allowed, holds
from tests.sql.plans import planned
from tests.sql.support import Connection, add_slugs, connect, scratch_database
from tests.walkways import Walkway, put_route
from wildside.domain.notes import LONGEST, Note, Writing
from wildside.domain.progress import MOST, Progress
from wildside.outbound.postgres import notes, progress

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOTE: LiteralString = """insert into route_notes
    (user_id, id, route_id, body, revision, created_at, updated_at) values (%s, %s, %s, %s, %s, %s, %s)"""
PROGRESS: LiteralString = "insert into route_progress (user_id, route_id, revision) values (%s, %s, %s)"
VISIT: LiteralString = """insert into route_progress_stops
    (user_id, route_id, stop_id, position) values (%s, %s, %s, %s)"""


@pytest.fixture(scope="module")
def walks(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[Connection]:
    """A database whose tests leave nothing behind."""
    with scratch_database(cluster, template=migrated_template.template_dbname) as url, connect(url) as opened:
        add_slugs(opened, "poi_categories", "cafe")
        yield opened


@pytest.fixture
def ada(walks: Connection) -> UUID:
    user_id = uuid4()
    walks.execute("insert into users (id, display_name) values (%s, 'Ada')", [user_id])
    return user_id


@pytest.fixture
def way(walks: Connection) -> Walkway:
    return put_route(walks)


BODIES = ["", " ", "\n \t\r", "a", " a ", "\na", "x" * LONGEST, "🦆" * LONGEST, "x" * (LONGEST + 1)]
SPACES = ["\u00a0", "\u0085", "\u1680", "\u2003", "\u2028", "\u202f", "\u3000", "\x1c", "\v\f"]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: f"{body[:4]!r} of {len(body)}")
def test_bodies(walks: Connection, ada: UUID, way: Walkway, body: str) -> None:
    by_domain = holds(lambda: Writing(way.id, ada, body))
    assert by_domain == holds(lambda: Note(ada, ada, way.id, None, body, 1, NOW, NOW))
    by_schema = allowed(walks, (NOTE, [ada, ada, way.id, body, 1, NOW, NOW]))
    assert by_schema == by_domain == (body.strip() != "" and len(body) <= LONGEST)


@pytest.mark.parametrize("space", SPACES, ids=ascii)
def test_what_the_domain_takes_for_text_the_schema_does_too(
    walks: Connection, ada: UUID, way: Walkway, space: str
) -> None:
    """Which spaces the schema knows depends on the locale of its database; the domain knows all of them."""
    assert not holds(lambda: Writing(way.id, ada, space))
    assert allowed(walks, (NOTE, [ada, ada, way.id, f"{space}a", 1, NOW, NOW]))


@pytest.mark.parametrize("revision", [-1, 0, 1, 2, 2**31 - 1])
def test_revisions(walks: Connection, ada: UUID, way: Walkway, revision: int) -> None:
    of_note = holds(lambda: Note(ada, ada, way.id, None, "a", revision, NOW, NOW))
    assert allowed(walks, (NOTE, [ada, ada, way.id, "a", revision, NOW, NOW])) == of_note
    of_progress = holds(lambda: Progress(ada, way.id, (), revision, NOW))
    assert allowed(walks, (PROGRESS, [ada, way.id, revision])) == of_progress == of_note == (revision >= 1)


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_moments(walks: Connection, ada: UUID, way: Walkway, later: int) -> None:
    updated = NOW + timedelta(microseconds=later)
    by_domain = holds(lambda: Note(ada, ada, way.id, None, "a", 1, NOW, updated))
    assert allowed(walks, (NOTE, [ada, ada, way.id, "a", 1, NOW, updated])) == by_domain == (later >= 0)


@pytest.mark.parametrize("count", [0, 1, MOST, MOST + 1])
def test_how_many_stops(walks: Connection, ada: UUID, count: int) -> None:
    with walks.transaction(force_rollback=True):
        way = put_route(walks, stops=1)
        stops = [uuid4() for _ in range(count)]
        more: LiteralString = """insert into route_stops (route_id, id, position, poi_id)
            select %s, s, p, %s from unnest(%s::uuid[]) with ordinality as k (s, p)"""
        walks.execute(more, [way.id, way.pois[0], stops])
        visit: LiteralString = """insert into route_progress_stops (user_id, route_id, stop_id, position)
            select %s, %s, s, p - 1 from unnest(%s::uuid[]) with ordinality as k (s, p)"""
        by_domain = holds(lambda: Progress(ada, way.id, tuple(stops), 1, NOW))
        by_schema = allowed(walks, (PROGRESS, [ada, way.id, 1]), (visit, [ada, way.id, stops]))
        assert by_schema == by_domain == (count <= MOST)


def test_a_stop_is_visited_once_and_has_a_place_of_its_own(
    walks: Connection, ada: UUID, way: Walkway
) -> None:
    first = (PROGRESS, [ada, way.id, 1])
    one, two = ([ada, way.id, stop, 0] for stop in way.stops[:2])
    assert allowed(walks, first, (VISIT, one))
    assert not allowed(walks, first, (VISIT, one), (VISIT, [*one[:3], 1]))
    assert not allowed(walks, first, (VISIT, one), (VISIT, two))
    # Two that change places may share one on the way.
    move: LiteralString = "update route_progress_stops set position = 1 where stop_id = %s"
    assert allowed(walks, first, (VISIT, one), (VISIT, two), (move, [way.stops[1]]))


def test_a_stop_of_another_route_is_none_of_this_one(walks: Connection, ada: UUID, way: Walkway) -> None:
    other = put_route(walks)
    assert not allowed(walks, (PROGRESS, [ada, way.id, 1]), (VISIT, [ada, way.id, other.stops[0], 0]))


MANY = """
set session_replication_role = replica;
insert into users (id, display_name) values ('{somebody}', 'Ada');
insert into route_notes (user_id, id, route_id, body, revision, created_at, updated_at)
select case when n % 2 = 0 then uuid '{somebody}' else uuid '{other}' end, gen_random_uuid(),
       case when n % 4 < 2 then uuid '{route}' else uuid '{other}' end, 'A note', 1, moment, moment
  from generate_series(1, 40000) n,
       lateral (select timestamptz '2025-01-01' + (n / 12) * interval '1 s') m (moment);
insert into route_progress (user_id, route_id, revision)
select case when n = 1 then uuid '{somebody}' else gen_random_uuid() end,
       case when n < 9 then uuid '{route}' else gen_random_uuid() end, 1 from generate_series(1, 10000) n;
insert into route_stops (route_id, id, position, poi_id)
select case when n <= 100 then uuid '{route}' else gen_random_uuid() end, gen_random_uuid(), n,
       gen_random_uuid()
  from generate_series(1, 10000) n;
insert into route_progress_stops (user_id, route_id, stop_id, position)
select p.user_id, p.route_id,
       case when p.user_id = '{somebody}' and n = 1 then uuid '{route}' else gen_random_uuid() end, n
  from route_progress p, generate_series(1, 3) n;
set session_replication_role = origin;
"""
SOMEBODY, ROUTE, OTHER = (str(UUID(int=number)) for number in (1, 2, 3))
FIRST_NOTE: LiteralString = """select id from route_notes where user_id = %s and route_id = %s
 order by created_at limit 1"""
MODES = ["force_custom_plan", "force_generic_plan"]


@pytest.fixture(scope="module")
def many(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[Connection]:
    """Notes of two people along two routes, twelve at each moment; many who have come some way."""
    with scratch_database(cluster, template=migrated_template.template_dbname) as url, connect(url) as opened:
        opened.execute(MANY.format(somebody=SOMEBODY, route=ROUTE, other=OTHER).encode())
        opened.execute("vacuum analyze")
        yield opened


KEYS = {
    "the beginning": ("2025-01-01T00:00:00Z", OTHER),
    "the middle": ("2025-01-01T00:27:46Z", "80000000-0000-4000-8000-000000000000"),
    "the end": ("2025-01-01T01:00:00Z", OTHER),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("direction", ["first", "next", "prev"])
@pytest.mark.parametrize("place", KEYS)
def test_a_page_is_read_along_its_index(many: Connection, mode: str, direction: str, place: str) -> None:
    key = () if direction == "first" else KEYS[place]
    arguments = [f"'{SOMEBODY}'", f"'{ROUTE}'", "21", *(f"'{value}'" for value in key)]
    limit, *below = planned(many, getattr(notes.PAGE, direction), arguments, mode)
    assert [node["Node Type"] for node in (limit, *below)] == ["Limit", "Index Scan"]
    (scan,) = below
    assert scan["Index Name"] == "route_notes_page"
    assert scan["Scan Direction"] == ("Backward" if direction == "prev" else "Forward")
    assert "Filter" not in scan
    assert ("ROW" in scan["Index Cond"]) == (direction != "first")
    assert scan["Shared Hit Blocks"] + scan["Shared Read Blocks"] < 50


HOT: dict[str, tuple[str, list[str], set[str]]] = {
    "a note": (notes._GET, [SOMEBODY, ROUTE, "note"], {"route_notes"}),
    "holding a note": (notes._HOLD, [SOMEBODY, "note"], {"route_notes"}),
    "a first note": (notes._FIRST, [SOMEBODY, OTHER, ROUTE, "null", "text"], set()),
    "a next note": (notes._NEXT, [SOMEBODY, "note", ROUTE, "null", "text", "1"], {"route_notes"}),
    "removing a note": (notes._REMOVE, [SOMEBODY, ROUTE, "note", "null"], {"route_notes"}),
    "progress": (progress._GET, [SOMEBODY, ROUTE], {"route_progress", "route_progress_stops"}),
    "strangers": (progress._STRANGERS, [ROUTE, "stops"], {"route_stops"}),
    "holding progress": (progress._HOLD, [SOMEBODY, ROUTE], {"route_progress"}),
    "next progress": (progress._NEXT, [SOMEBODY, ROUTE, "1"], {"route_progress"}),
    "visits": (progress._VISITS, [SOMEBODY, ROUTE, "stops"], {"route_progress_stops"}),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", HOT)
def test_what_is_asked_for_is_found_by_index(many: Connection, mode: str, name: str) -> None:
    statement, wanted, tables = HOT[name]
    note = many.execute(FIRST_NOTE, [SOMEBODY, ROUTE]).fetchall()[0][0]
    spelled = {
        "note": f"'{note}'",
        "null": "null",
        "text": "'text'",
        "1": "1",
        "stops": f"array['{ROUTE}']::uuid[]",
    }
    arguments = [spelled.get(each, f"'{each}'") for each in wanted]
    with many.transaction(force_rollback=True):
        many.execute("set local session_replication_role = replica")
        found = planned(many, statement, arguments, mode)
    scans = [node for node in found if node["Node Type"] == "Seq Scan"]
    assert not [node for node in scans if node["Relation Name"] in tables], scans
    assert tables <= {node.get("Relation Name") for node in found if "Scan" in node["Node Type"]}
