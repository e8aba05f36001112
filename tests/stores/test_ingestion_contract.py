"""Imports of OpenStreetMap, on dicts and on PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from tests.builders import MOMENT
from tests.conftest import url_of_connection
from tests.extracts import FENCE, START, URL, Clock, Listed, cafe
from tests.sql.support import Connection, empty
from wildside.domain.command_errors import IngestInvalid, IngestRefused
from wildside.domain.errors import NoRelease
from wildside.domain.geometry import Bounds, Point
from wildside.domain.ingestion import PROVENANCE, IngestReport, Provenance
from wildside.domain.osm import Element
from wildside.domain.pages import Cursor, Seek
from wildside.domain.pois import poi_id
from wildside.domain.reference import Column, Table
from wildside.outbound.memory.database import MemoryDatabase
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Database
from wildside.usecases.ingest_osm import ingest_osm

NAMED = {"en-GB": {"name": "A name"}}


def plain(*slugs: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"slug": slug, "sort_order": number, "icon": "some:icon", "localizations": NAMED, **more}
        for number, slug in enumerate(slugs)
    ]


def rule(value: str, category: str, priority: int = 50, **more: Any) -> dict[str, Any]:
    return {"osm_key": "amenity", "osm_value": value, "category": category, "priority": priority, **more}


def weight(interest: str, category: str, share: float) -> dict[str, Any]:
    return {"interest": interest, "category": category, "weight": share}


REGION = {
    "slug": "town", "sort_order": 1, "min_lng": 24.9, "min_lat": 60.1, "max_lng": 25.0, "max_lat": 60.2,
    "min_zoom": 1, "max_zoom": 9, "time_zone": "Europe/Helsinki", "localizations": NAMED,
}  # fmt: skip
ROWS = {
    "interest_themes": plain("coffee", "books", "views"),
    "poi_categories": [*plain("food"), *plain("cafe", "bar", parent="food")],
    "osm_tag_rules": [rule("cafe", "cafe"), rule("bar", "bar")],
    "interest_poi_categories": [
        weight("coffee", "food", 0.2),
        weight("coffee", "cafe", 0.9),
        weight("books", "food", 0.5),
        weight("books", "cafe", 0.5),
    ],
    "regions": [REGION],
}
KEYS = {"osm_tag_rules": ("osm_key", "osm_value"), "interest_poi_categories": ("interest", "category")}


def memory_table(name: str) -> Table:
    columns = [*{column: None for row in ROWS[name] for column in row}, "parent"]
    key = KEYS.get(name, ("slug",))
    made = [Column(each, "text", nullable=True, default=False) for each in columns]
    return Table(name, key, key, (*made, Column("is_active", "boolean", nullable=False, default=True)), ())


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def bare(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """Each kind of database, with tables and no rows."""
    if request.param == "memory":
        yield MemoryDatabase([memory_table(name) for name in ROWS], now=lambda: MOMENT)
        return
    connection: Connection = request.getfixturevalue("contract_connection")
    connection.execute("truncate pois, osm_ingestion_runs, enrichment_provenance cascade")
    empty(connection)
    async with PostgresDatabase(url_of_connection(connection), Limits(), "contract tests") as opened:
        yield opened


@pytest_asyncio.fixture
async def kept(bare: Database) -> Database:
    """The same with rules."""
    async with bare.transaction() as stores:
        for name, rows in ROWS.items():
            await stores.seeding.upsert(name, rows)
    return bare


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def ingest(
    database: Database, clock: Clock, *content: Element, name: str = "a", **more: Any
) -> IngestReport:
    return await ingest_osm(database, Listed(content, name), clock.order(**more))


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    found = report.run.counts
    return found.inserted, found.updated, found.unchanged, found.retired


async def history(database: Database) -> list[Provenance]:
    async with database.reading() as stores:
        return list(await stores.ingestion.provenance(Seek(None, 50)))


async def test_what_is_new_is_inserted_and_again_there_is_nothing_to_do(kept: Database, clock: Clock) -> None:
    first = await ingest(
        kept, clock, cafe(1), cafe(2), Element("way", 1, Point(24.95, 60.15), {"amenity": "x"})
    )
    assert counts(first) == (2, 0, 0, 0)
    assert (first.run.counts.read, first.run.counts.kept, first.categories) == (3, 2, {"cafe": 2})
    assert (first.interests, first.repeated, first.run.imported_at) == (4, False, START.replace(minute=1))
    again = await ingest(kept, clock, cafe(1), cafe(2), cafe(3, lng=1.0))
    assert (counts(again), again.repeated, again.interests) == ((0, 0, 2, 0), True, 0)
    assert (again.run.id, again.run.imported_at) == (first.run.id, first.run.imported_at)
    assert [record.job_id for record in await history(kept)] == [first.run.id]


@pytest.mark.parametrize(
    "changed",
    [
        cafe(1, lng=24.9500001),
        cafe(1, lat=60.1500001),
        cafe(1, name="Ekberg"),
        cafe(1, website="https://example.org"),
        Element("node", 1, Point(24.95, 60.15), {"amenity": "bar"}),
    ],
)
async def test_what_differs_is_updated(kept: Database, clock: Clock, changed: Element) -> None:
    await ingest(kept, clock, cafe(1), cafe(2), cafe(3))
    second = await ingest(kept, clock, changed, cafe(2), cafe(3), name="b")
    assert counts(second) == (0, 1, 2, 0)
    assert counts(await ingest(kept, clock, changed, cafe(2), cafe(3), name="b")) == (0, 0, 3, 0)


async def test_what_vanished_is_retired_and_comes_back(kept: Database, clock: Clock) -> None:
    await ingest(kept, clock, cafe(1), cafe(2), cafe(3))
    assert counts(await ingest(kept, clock, cafe(1), cafe(2), name="b")) == (0, 0, 2, 1)
    back = await ingest(kept, clock, cafe(1), cafe(2), cafe(3), name="c")
    assert counts(back) == (0, 1, 2, 0)
    assert len(await history(kept)) == 3


async def test_only_what_lies_within_the_fence_is_retired_its_edges_included(
    kept: Database, clock: Clock
) -> None:
    wide = Bounds(24.0, 60.0, 26.0, 61.0)
    corner, beyond = cafe(2, lng=25.0, lat=60.2), cafe(3, lng=25.0000001)
    await ingest(kept, clock, cafe(1), cafe(4), corner, beyond, geofence=wide)
    report = await ingest(kept, clock, cafe(1), cafe(4), name="b")
    assert counts(report) == (0, 0, 2, 1)
    report = await ingest(kept, clock, cafe(1), cafe(4), corner, beyond, name="c")
    assert (counts(report), report.outside) == ((0, 1, 2, 0), 1)


async def test_an_older_file_again_does_its_work_again(kept: Database, clock: Clock) -> None:
    first = await ingest(kept, clock, cafe(1), cafe(2), cafe(3))
    await ingest(kept, clock, cafe(1, name="New"), cafe(2), name="b")
    again = await ingest(kept, clock, cafe(1), cafe(2), cafe(3), url="https://example.org/again")
    assert (again.repeated, counts(again), again.run.id) == (False, (0, 2, 1, 0), first.run.id)
    async with kept.reading() as stores:
        run = await stores.ingestion.run(first.run.input)
    assert run == replace(again.run, source_url="https://example.org/again")
    assert [record.job_id for record in await history(kept)].count(first.run.id) == 2


async def test_a_dry_run_says_the_same_and_does_nothing(kept: Database, clock: Clock) -> None:
    dry = await ingest(kept, clock, cafe(1), cafe(2), dry_run=True)
    assert (dry.dry_run, counts(dry), await history(kept)) == (True, (2, 0, 0, 0), [])
    wet = await ingest(kept, clock, cafe(1), cafe(2))
    assert (counts(wet), wet.interests) == (counts(dry), dry.interests)


async def test_interests_follow_the_category_and_those_around_it(kept: Database, clock: Clock) -> None:
    first = await ingest(kept, clock, cafe(1))
    assert first.interests == 2
    # From café to bar: coffee 0.9 becomes 0.2; books are 0.5 of all food, as before.
    other = Element("node", 1, Point(24.95, 60.15), {"amenity": "bar"})
    assert (await ingest(kept, clock, other, name="b")).interests == 1
    async with kept.transaction() as stores:
        await stores.seeding.upsert("interest_poi_categories", [weight("books", "food", 0.6)])
        await stores.seeding.deprecate("interest_poi_categories", [("coffee", "food")])
    again = await ingest(kept, clock, other, name="b")
    assert (again.repeated, counts(again), again.interests) == (False, (0, 0, 1, 0), 2)


async def test_other_rules_are_another_input(kept: Database, clock: Clock) -> None:
    first = await ingest(kept, clock, cafe(1), cafe(2))
    async with kept.transaction() as stores:
        await stores.seeding.upsert("osm_tag_rules", [rule("cafe", "bar", 60)])
    second = await ingest(kept, clock, cafe(1), cafe(2))
    assert counts(second) == (0, 2, 0, 0)
    assert second.run.id != first.run.id
    assert second.run.input.rules_digest != first.run.input.rules_digest


async def test_a_region_is_its_bounds(kept: Database, clock: Clock) -> None:
    report = await ingest(kept, clock, cafe(1), cafe(2, lng=25.1), geofence="town")
    assert (report.run.input.geofence, report.run.input.bounds) == ("town", FENCE)
    assert (report.run.counts.kept, report.outside) == (1, 1)
    with pytest.raises(IngestInvalid, match="no region nowhere"):
        await ingest(kept, clock, cafe(1), geofence="nowhere")
    async with kept.transaction() as stores:
        await stores.seeding.deprecate("regions", [("town",)])
    with pytest.raises(IngestInvalid, match="no region town"):
        await ingest(kept, clock, cafe(1), geofence="town")


async def test_without_rules_it_says_what_to_do(bare: Database, clock: Clock) -> None:
    with pytest.raises(NoRelease, match="run wildside seed"):
        await ingest(bare, clock, cafe(1))


async def test_rules_that_are_hidden_do_not_count(kept: Database, clock: Clock) -> None:
    async with kept.transaction() as stores:
        await stores.seeding.deprecate("osm_tag_rules", [("amenity", "bar")])
    bar = Element("node", 2, Point(24.95, 60.15), {"amenity": "bar"})
    assert (await ingest(kept, clock, cafe(1), bar)).run.counts.kept == 1


async def test_a_file_without_a_place_is_refused(kept: Database, clock: Clock) -> None:
    await ingest(kept, clock, cafe(1))
    for content in ([], [cafe(1, lng=1.0)]):
        with pytest.raises(IngestInvalid, match="no place within"):
            await ingest(kept, clock, *content, name="b", allow_shrink=True)
    assert len(await history(kept)) == 1


async def test_losing_more_than_is_found_again_is_refused_unless_it_is_meant(
    kept: Database, clock: Clock
) -> None:
    await ingest(kept, clock, *map(cafe, range(1, 6)))
    with pytest.raises(IngestRefused, match=r"the file has 2, and 3 would be retired.*--allow-shrink"):
        await ingest(kept, clock, cafe(1), cafe(2), cafe(9), name="b")
    report = await ingest(kept, clock, cafe(1), cafe(2), cafe(9), name="b", allow_shrink=True)
    assert counts(report) == (1, 0, 2, 3)


async def test_elements_without_a_place_or_a_number_are_counted(kept: Database, clock: Clock) -> None:
    lost = Element("way", 7, None, {"amenity": "cafe"})
    report = await ingest(kept, clock, cafe(1), lost, cafe(-5), cafe(0))
    assert (report.skipped, report.run.counts.kept) == (3, 1)


async def test_a_clock_that_went_back_breaks_no_rule(kept: Database, clock: Clock) -> None:
    await ingest(kept, clock, cafe(1), cafe(2), cafe(3))
    clock.minutes = -60
    assert counts(await ingest(kept, clock, cafe(1, name="A"), cafe(2), name="b")) == (0, 1, 1, 1)
    assert counts(await ingest(kept, clock, cafe(1), cafe(2), cafe(3), name="c")) == (0, 2, 1, 0)


async def test_the_history_is_read_the_newest_first_either_way(bare: Database) -> None:
    made = [
        Provenance(UUID(int=100 - number), UUID(int=7), URL, FENCE, START.replace(minute=number // 2))
        for number in range(7)
    ]
    async with bare.transaction() as stores:
        for record in made:
            await stores.ingestion.add_provenance(record)
    expected = sorted(made, key=PROVENANCE.key_of, reverse=True)
    assert await history(bare) == expected
    async with bare.reading() as stores:
        assert list(await stores.ingestion.provenance(Seek(None, 2))) == expected[:3]
        for place, record in enumerate(expected):
            key = PROVENANCE.key_of(record)
            on = list(await stores.ingestion.provenance(Seek(Cursor("next", key), 2)))
            back = list(await stores.ingestion.provenance(Seek(Cursor("prev", key), 2)))
            assert on == expected[place + 1 : place + 4]
            assert back == expected[max(place - 2, 0) : place + 1][::-1]


async def test_ids_are_those_of_the_elements(kept: Database, clock: Clock) -> None:
    report = await ingest(kept, clock, cafe(5), Element("way", 5, Point(24.95, 60.15), {"amenity": "cafe"}))
    assert report.run.counts.inserted == 2
    assert poi_id("node", 5) != poi_id("way", 5)
