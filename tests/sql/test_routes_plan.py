"""A route is found along its key, and its stops and their places along theirs, however many there are."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.sql.plans import nodes
from tests.sql.support import Connection, connect, scratch_database
from wildside.outbound.postgres.routes import _READ

MANY = """
insert into pois (id, osm_type, osm_id, location, osm_tags, category, first_seen_at, last_seen_at)
select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'node', n, point(24.9, 60.1),
       '{}', 'cafe', now(), now()
  from generate_series(1, 5000) n;
insert into routes (id, title, path, distance_metres, duration_seconds, generation_params, engine_version)
select ('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 'A walk', '[(24,60),(25,61)]', 1, 1,
       '{}', 'test-1'
  from generate_series(1, 5000) n;
insert into route_stops (route_id, id, position, poi_id)
select r.id, gen_random_uuid(), p, ('00000000-0000-4000-8000-' || lpad(to_hex(p * 7 + 1), 12, '0'))::uuid
  from routes r cross join generate_series(0, 4) p;
"""


@pytest.fixture(scope="module")
def many(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    """Five thousand routes with five stops each."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url, connect(url) as opened:
        opened.execute(MANY.encode())
        opened.execute("vacuum analyze pois, routes, route_stops")
        yield opened


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("user", ["null", f"'{UUID(int=1)}'"])
def test_a_route_is_read_along_its_keys(many: Connection, mode: str, user: str) -> None:
    many.execute(f"set plan_cache_mode = {mode}".encode())
    many.execute(f"prepare route (uuid, uuid[]) as {_READ}".encode())
    wanted = "'{00000000-0000-4000-9000-000000000100}'"
    try:
        row = many.execute(
            f"explain (analyze, buffers, format json) execute route ({user}, {wanted})".encode()
        ).fetchone()
    finally:
        many.execute("deallocate route")
    assert row is not None
    plan: list[Any] = list(nodes(row[0][0]["Plan"]))
    assert [node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"] == []
    assert plan[0]["Actual Rows"] == 1
    assert plan[0]["Shared Hit Blocks"] + plan[0]["Shared Read Blocks"] < 60
