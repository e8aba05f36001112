"""Imports in PostgreSQL: all or nothing, nothing twice, one at a time; and the rules that stand twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, LiteralString
from uuid import uuid4

import pytest
import pytest_asyncio
from psycopg.types.json import Jsonb
from pytest_postgresql.executors import NoopExecutor

from tests.builders import MOMENT
from tests.extracts import URL, Clock, Listed, cafe
from tests.sql.agreement import allowed, holds
from tests.sql.support import Connection, column, connect, scratch_database, value
from tests.sql.test_broken_seed import Break, Breaking, by_client, by_server
from wildside.domain.errors import RetryTransaction, StoreError
from wildside.domain.geometry import Bounds, Point
from wildside.domain.ingestion import Counts, IngestRun, Input, Provenance
from wildside.domain.osm import Element
from wildside.domain.pois import Poi
from wildside.outbound.postgres import pool
from wildside.outbound.postgres.pool import OPERATOR_LIMITS, PostgresDatabase
from wildside.usecases.ingest_osm import ingest_osm

STATE: LiteralString = """
select (select array_agg((p.xmin, p.xmax, p.ctid, p) order by id) from pois p)::text,
       (select array_agg((t.xmin, t.xmax, t) order by t) from poi_interest_themes t)::text,
       (select array_agg((r.xmin, r.xmax, r) order by id) from osm_ingestion_runs r)::text,
       (select array_agg((e.xmin, e.xmax, e) order by id) from enrichment_provenance e)::text
"""
"""Everything that an import writes, and which transactions wrote or locked it."""
ROWS: LiteralString = """
select (select array_agg(p order by id) from pois p)::text,
       (select array_agg(t order by t) from poi_interest_themes t)::text,
       (select array_agg(r order by id) from osm_ingestion_runs r)::text,
       (select array_agg(e order by id) from enrichment_provenance e)::text
"""
"""The same, as others see it."""
SEEN: LiteralString = "select extract(minute from last_seen_at)::int from pois order by osm_id"
FIRST = [cafe(number, name=f"Café {number}") for number in range(1, 6)]
SECOND = [
    cafe(1, name="Another"),
    Element("node", 2, Point(24.95, 60.15), {"amenity": "library"}),
    *FIRST[2:4],
    cafe(9),
]


@pytest.fixture
def db(seeded_connection: Connection) -> Connection:
    seeded_connection.autocommit = True
    return seeded_connection


@pytest_asyncio.fixture
async def patient(seeded_url: str) -> AsyncIterator[PostgresDatabase]:
    async with PostgresDatabase(seeded_url, OPERATOR_LIMITS, "tests") as opened:
        yield opened


async def test_the_same_again_writes_no_row(db: Connection, patient: PostgresDatabase) -> None:
    clock = Clock()
    await ingest_osm(patient, Listed(FIRST), clock.order())
    before = db.execute(STATE).fetchall()
    assert (await ingest_osm(patient, Listed(FIRST), clock.order())).repeated
    assert db.execute(STATE).fetchall() == before
    assert (await ingest_osm(patient, Listed(SECOND, "b"), clock.order(dry_run=True))).run.counts.retired == 1
    assert value(db, "select count(*) from pois where retired_at is not null or name = 'Another'") == 0


async def test_what_is_unchanged_is_seen_once_an_input(db: Connection, patient: PostgresDatabase) -> None:
    clock = Clock()
    await ingest_osm(patient, Listed(FIRST), clock.order())
    await ingest_osm(patient, Listed(SECOND, "b"), clock.order())
    assert column(db, SEEN) == [2, 2, 2, 2, 1, 2]
    # Of an older input only what has changed meanwhile is written.
    await ingest_osm(patient, Listed(FIRST), clock.order())
    assert column(db, SEEN) == [3, 3, 2, 2, 3, 2]
    assert column(db, "select osm_id::int from pois where retired_at is not null") == [9]


async def test_a_place_keeps_its_story_and_its_first_day(db: Connection, patient: PostgresDatabase) -> None:
    clock = Clock()
    await ingest_osm(patient, Listed(FIRST), clock.order())
    db.execute("update pois set narrative = 'Once upon a time' where osm_id = 1")
    await ingest_osm(patient, Listed(SECOND, "b"), clock.order())
    row = db.execute(
        "select name, narrative, category, popularity, osm_tags, extract(minute from first_seen_at)::int "
        "from pois where osm_id = 1"
    ).fetchone()
    tags = {"amenity": "cafe", "name": "Another"}
    assert row == ("Another", "Once upon a time", "cafe", 0.0, tags, 1)


class Overtaken(Listed):
    """While it is read, somebody changes a rule."""

    connection: Connection
    times = 1

    def elements(self, wanted: Any, note: Callable[[int], None]) -> Any:
        self.times -= 1
        if self.times >= 0:
            rule: LiteralString = "update osm_tag_rules set priority = priority + 1 where osm_value = 'cafe'"
            self.connection.execute(rule)
        return super().elements(wanted, note)


async def test_rules_that_change_meanwhile_are_read_again(db: Connection, patient: PostgresDatabase) -> None:
    extract = Overtaken(FIRST)
    extract.connection = db
    first = await ingest_osm(patient, extract, Clock().order())
    assert (await ingest_osm(patient, Listed(FIRST), Clock().order())).run.id == first.run.id
    extract.times = 9
    with pytest.raises(RetryTransaction, match="try again"):
        await ingest_osm(patient, extract, Clock().order())


async def test_two_imports_at_once_come_one_after_the_other(db: Connection, seeded_url: str) -> None:
    async def run(content: list[Element], name: str) -> tuple[int, int]:
        async with PostgresDatabase(seeded_url, OPERATOR_LIMITS, name) as database:
            report = await ingest_osm(database, Listed(content, name), Other(name).order())
            return report.run.counts.inserted, report.run.counts.unchanged

    class Other(Clock):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.made = ord(name) << 32

    found = await asyncio.gather(run(FIRST, "a"), run(FIRST, "b"), run(FIRST, "a"))
    assert sorted(found) == [(0, 5), (0, 5), (5, 0)]
    assert value(db, "select count(*) from osm_ingestion_runs") == 2
    assert value(db, "select count(*) from enrichment_provenance") == 2


class BreakingAtCopy(Breaking):
    """Counts what is copied as well."""

    async def copy(self, table: str, *rest: Any) -> None:
        Breaking.count += 1
        if Breaking.count == Breaking.at:
            Breaking.broken_by(self._connection, Breaking.other)
        await super().copy(table, *rest)


@pytest.mark.parametrize("broken_by", [by_client, by_server])
async def test_an_import_that_loses_its_connection_leaves_nothing(
    db: Connection,
    patient: PostgresDatabase,
    monkeypatch: pytest.MonkeyPatch,
    broken_by: Break,
) -> None:
    clock = Clock()
    await ingest_osm(patient, Listed(FIRST), clock.order())
    before = db.execute(ROWS).fetchall()
    monkeypatch.setattr(pool, "Session", BreakingAtCopy)
    Breaking.broken_by, Breaking.other, Breaking.at = staticmethod(broken_by), db, 0
    broken = True
    while broken:
        Breaking.at, Breaking.count = Breaking.at + 1, 0
        try:
            await ingest_osm(patient, Listed(SECOND, "b"), clock.order())
            broken = False
        except StoreError:
            assert db.execute(ROWS).fetchall() == before, Breaking.at
    assert Breaking.at == 14
    assert db.execute(ROWS).fetchall() != before


RUN: LiteralString = """
insert into osm_ingestion_runs values
    (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())
"""
GOOD = {
    "geofence": "town", "bounds": (24.9, 60.1, 25.0, 60.2), "url": URL, "source": "a" * 64, "rules": "b" * 64,
    "counts": (3, 2, 1, 1, 0, 0),
}  # fmt: skip


EDGES: dict[str, Sequence[Any]] = {
    "geofence": ("", " ", "x", "x" * 128, "x" * 129),
    "url": (
        "http://a", "https://a", "ftp://a", "http://", "http://a b", "HTTP://a", " http://a",
        "http://" + "a" * 2041, "http://" + "a" * 2042,
    ),
    "source": ("a" * 63, "A" * 64, "g" * 64, "0" * 64, "0" * 65),
    "rules": ("a" * 63, "A" * 64, "g" * 64, "0" * 64, "0" * 65),
    "bounds": (
        (-180.0, -90.0, 180.0, 90.0), (-180.1, 0.0, 1.0, 1.0), (0.0, 0.0, 180.1, 1.0), (0.0, -90.1, 1.0, 1.0),
        (0.0, 0.0, 1.0, 90.1), (1.0, 0.0, 1.0, 1.0), (0.0, 1.0, 1.0, 1.0), (2.0, 0.0, 1.0, 1.0),
    ),
    "counts": (
        (0, 0, 0, 0, 0, 0), (2, 2, 1, 1, 0, 5), (1, 2, 1, 1, 0, 0), (3, 2, 1, 0, 0, 0), (3, 2, -1, 3, 0, 0),
        (3, 2, 1, 2, -1, 0), (3, 2, 3, -1, 0, 0), (3, 2, 1, 1, 0, -1),
    ),
}  # fmt: skip
RECORD: LiteralString = """
insert into enrichment_provenance
values (gen_random_uuid(), gen_random_uuid(), %s, %s, %s, %s, %s, now())
"""


@pytest.fixture(scope="module")
def shared(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    """One seeded database for tests that leave nothing in it."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url, connect(url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("member", "edge"), [(name, edge) for name, edges in EDGES.items() for edge in edges]
)
def test_rules_of_imports_stand_twice_and_agree(shared: Connection, member: str, edge: Any) -> None:
    made: dict[str, Any] = {**GOOD, member: edge}

    def run() -> IngestRun:
        source = Input(made["source"], made["geofence"], Bounds(*made["bounds"]), made["rules"])
        return IngestRun(uuid4(), source, made["url"], Counts(*made["counts"]), MOMENT)

    row = (made["geofence"], *made["bounds"], made["url"], made["source"], made["rules"], *made["counts"])
    assert allowed(shared, (RUN, [*row])) == holds(run)
    if member in {"bounds", "url"}:
        by_domain = holds(lambda: Provenance(uuid4(), uuid4(), made["url"], Bounds(*made["bounds"]), MOMENT))
        assert allowed(shared, (RECORD, [made["url"], *made["bounds"]])) == by_domain


@pytest.mark.parametrize("name", [None, "x", "x" * 255, "x" * 256, "", " "])
def test_rules_of_names_stand_twice_and_agree(shared: Connection, name: str | None) -> None:
    insert: LiteralString = """
        insert into pois
               (id, osm_type, osm_id, location, name, osm_tags, category, first_seen_at, last_seen_at)
        values (gen_random_uuid(), 'node', 1, '(1,2)', %s, %s, 'cafe', now(), now())"""
    by_domain = holds(
        lambda: Poi(uuid4(), "node", 1, Point(1, 2), name, {}, "cafe", None, 0, MOMENT, MOMENT, None)
    )
    assert allowed(shared, (insert, [name, Jsonb({})])) == by_domain
