"""The plans of what imports ask most: pages of the history, and what may be retired."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import LiteralString
from uuid import UUID

import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.extracts import FENCE
from tests.sql.plans import planned
from tests.sql.support import Connection, connect, scratch_database
from wildside.outbound.postgres.ingestion import _RETIRE, PAGE


@pytest.fixture(scope="module")
def shared(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    """One seeded database for tests that leave nothing in it."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url, connect(url) as opened:
        yield opened


MANY: LiteralString = """
insert into enrichment_provenance (id, job_id, source_url, min_lng, min_lat, max_lng, max_lat, imported_at)
select gen_random_uuid(), gen_random_uuid(), 'https://example.org/', 1, 1, 2, 2,
       timestamptz '2025-01-01' + (n / 3) * interval '1 s'
  from generate_series(1, 20000) n
"""


@pytest.fixture(scope="module")
def many(cluster: SimpleNamespace, migrated_template: NoopExecutor) -> Iterator[Connection]:
    """Twenty thousand records, three at each moment."""
    with scratch_database(cluster, template=migrated_template.template_dbname) as url, connect(url) as opened:
        opened.execute(MANY)
        opened.execute("vacuum analyze enrichment_provenance")
        yield opened


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("direction", ["first", "next", "prev"])
def test_a_page_of_the_history_is_read_along_its_index(many: Connection, mode: str, direction: str) -> None:
    key = ["'2025-01-01T01:00:00Z'", f"'{UUID(int=1 << 127)}'"] if direction != "first" else []
    limit, scan = planned(many, getattr(PAGE, direction), ["21", *key], mode)
    assert (limit["Node Type"], scan["Node Type"]) == ("Limit", "Index Scan")
    assert scan["Index Name"] == "enrichment_provenance_page"
    assert scan["Scan Direction"] == ("Backward" if direction == "prev" else "Forward")
    assert "Filter" not in scan
    assert ("Index Cond" in scan) == bool(key)


PLACES: LiteralString = """
insert into pois (id, osm_type, osm_id, location, osm_tags, category, first_seen_at, last_seen_at)
select gen_random_uuid(), 'node', n, point(n % 170, n / 170), '{}', 'cafe', now(), now()
  from generate_series(1, 5000) n
"""


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
def test_what_may_be_retired_is_found_by_its_bounds(shared: Connection, mode: str) -> None:
    with shared.transaction(force_rollback=True):
        shared.execute("set local session_replication_role = replica")
        shared.execute(PLACES)
        shared.execute("analyze pois")
        shared.execute("call poi_staging_open()")
        edges = (FENCE.min_lng, FENCE.min_lat, FENCE.max_lng, FENCE.max_lat)
        found = planned(shared, _RETIRE, [*map(str, edges), "now()"], mode)
        assert "pois_location" in {node.get("Index Name") for node in found}
