"""The rules of offline bundles, at the edges that the domain has too; and the plans of their pages."""

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
from tests.walkways import put_route
from wildside.domain.bundles import NEXT, Bundle, Manifest
from wildside.domain.geometry import Bounds, Zooms
from wildside.outbound.postgres.bundles import _GET, ANONYMOUS, PAGE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
INF, NAN = float("inf"), float("nan")
ROUTE = UUID(int=1)
ROW: dict[str, Any] = {
    "id": UUID(int=2), "device_id": "a", "kind": "region", "route_id": None, "region": "helsinki",
    "min_lng": 24.0, "min_lat": 60.0, "max_lng": 25.0, "max_lat": 61.0, "min_zoom": 1, "max_zoom": 9,
    "estimated_size_bytes": 5, "status": "queued", "progress": 0.0, "revision": 1, "created_at": NOW,
    "updated_at": NOW,
}  # fmt: skip
INSERT: LiteralString = """
insert into offline_bundles
    (id, device_id, kind, route_id, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
     estimated_size_bytes, status, progress, revision, created_at, updated_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

MODES = ("force_custom_plan", "force_generic_plan")


@pytest.fixture(scope="module")
def seeded(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    template = seeded_template.template_dbname
    with scratch_database(cluster, template=template) as url, connect(url) as connection:
        made = put_route(connection, stops=0)
        connection.execute("update routes set id = %s where id = %s", (ROUTE, made.id))
        yield connection


def made(row: dict[str, Any]) -> Bundle:
    corners = Bounds(*(row[name] for name in ("min_lng", "min_lat", "max_lng", "max_lat")))
    names = ("id", "device_id", "kind", "route_id", "region", "estimated_size_bytes", "status", "progress")
    zooms = Zooms(row["min_zoom"], row["max_zoom"])
    manifest = Manifest(bounds=corners, zooms=zooms, **{name: row[name] for name in names})
    return Bundle(None, manifest, row["revision"], row["created_at"], row["updated_at"])


EDGES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    *(({"device_id": text}, True) for text in ("a" * 128, "Az09._:-", "-")),
    *(({"device_id": text}, False) for text in ("", "a" * 129, "a b", "a\n", "\na", "é", "a/b", "\u0661")),
    ({"kind": "route", "route_id": ROUTE, "region": None}, True),
    ({"kind": "route", "route_id": ROUTE}, False),
    ({"kind": "route", "region": None}, False),
    ({"kind": "route"}, False),
    ({"route_id": ROUTE}, False),
    ({"region": None}, False),
    ({"kind": "tile"}, False),
    ({"min_lng": -180.0, "max_lng": 180.0, "min_lat": -90.0, "max_lat": 90.0}, True),
    *(({name: value}, False) for name, value in (
        ("min_lng", -180.1), ("max_lng", 180.1), ("min_lat", -90.1), ("max_lat", 90.1), ("min_lng", 25.0),
        ("min_lat", 61.0), ("min_lng", 26.0), ("min_lat", 62.0), ("max_lng", INF), ("max_lat", NAN),
        ("min_lng", -INF), ("min_lat", NAN))),
    ({"min_zoom": 0, "max_zoom": 22}, True),
    ({"min_zoom": 9}, True),
    *(({name: value}, False) for name, value in (("min_zoom", -1), ("max_zoom", 23), ("min_zoom", 10))),
    *(({"estimated_size_bytes": size}, fits) for size, fits in ((0, True), (2**53 - 1, True), (-1, False))),
    *(({"revision": number}, number >= 1) for number in (-1, 0, 1, 2**31 - 1)),
    *(({"updated_at": NOW + timedelta(microseconds=n)}, n >= 0) for n in (-1, 0, 1)),
    *(({"status": "queued", "progress": value}, value == 0) for value in (-0.1, -0.0, 5e-324, 0.5, 1.0, NAN)),
    *(({"status": "downloading", "progress": value}, 0 <= value < 1)
      for value in (-5e-324, 0.0, 0.5, 0.9999999999999999, 1.0, NAN)),
    *(({"status": "complete", "progress": value}, value == 1)
      for value in (0.0, 0.9999999999999999, 1.0, 1.1)),
    *(({"status": "failed", "progress": value}, 0 <= value <= 1)
      for value in (-0.1, 0.0, 0.5, 1.0, 1.1, INF)),
    ({"status": "paused"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "fits"), EDGES)
def test_the_schema_and_the_domain_agree(seeded: Connection, changes: dict[str, Any], fits: bool) -> None:
    row = {**ROW, **changes}
    assert holds(lambda: made(row)) == fits
    assert allowed(seeded, (INSERT, list(row.values()))) == fits


def test_every_status_is_known_to_the_schema() -> None:
    assert {changes["status"] for changes, fits in EDGES if fits and "status" in changes} == NEXT.keys()


OWNERS, EACH = 40, 500
MANY = f"""
insert into users (id, display_name)
select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'User ' || n
  from generate_series(1, {OWNERS}) n;
insert into offline_bundles
    (id, user_id, device_id, kind, region, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
     estimated_size_bytes, status, progress, revision, created_at)
select gen_random_uuid(), u.id, 'phone-' || n % 2, 'region', 'helsinki', 24, 60, 25, 61, 0, 9,
       5, 'queued', 0, 1, timestamptz '2025-01-01' + (n / 3) * interval '1 s'
  from (select id from users union all select null) u cross join generate_series(1, {EACH}) n;
"""


@pytest.fixture(scope="module")
def many(seeded: Connection) -> Connection:
    """Many bundles, of users and of nobody, three at each moment."""
    with seeded.transaction():
        seeded.execute("set local session_replication_role = replica")
        seeded.execute(MANY.encode())
    seeded.execute("vacuum analyze offline_bundles")
    return seeded


KEY = ["timestamptz '2025-01-01T00:00:40Z'", f"'{uuid4()}'::uuid"]
SOMEBODY = "'00000000-0000-4000-8000-000000000020'::uuid"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("direction", ["first", "next", "prev"])
@pytest.mark.parametrize("whose", ["an owner's", "nobody's"])
def test_a_page_is_read_along_its_index(many: Connection, mode: str, direction: str, whose: str) -> None:
    statements, owner = (PAGE, [SOMEBODY]) if whose == "an owner's" else (ANONYMOUS, [])
    key = [] if direction == "first" else KEY
    limit, *below = planned(
        many, getattr(statements, direction), [*owner, "'phone-1'", "21::bigint", *key], mode
    )
    assert [node["Node Type"] for node in (limit, *below)] == ["Limit", "Index Scan"]
    (scan,) = below
    names = {"offline_bundles_page"} | (set() if owner else {"offline_bundles_anonymous"})
    assert scan["Index Name"] in names
    assert scan["Scan Direction"] == ("Backward" if direction == "prev" else "Forward")
    assert "Filter" not in scan
    assert ("created_at" in scan["Index Cond"]) == (direction != "first")
    assert scan["Actual Rows"] == 21
    assert scan["Shared Hit Blocks"] + scan["Shared Read Blocks"] < 50


@pytest.mark.parametrize("mode", MODES)
def test_one_bundle_is_found_by_its_id(many: Connection, mode: str) -> None:
    found = planned(many, _GET, [SOMEBODY, f"'{uuid4()}'::uuid"], mode)
    assert [node.get("Index Name") for node in found] == ["offline_bundles_pkey"]
