"""What the tests of docs/scaling.md share: the pooler, a server in front of nothing else, its standby."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.scaling.pooler import Pooler, pgbouncer


@pytest.fixture(scope="module")
def pooler(cluster: SimpleNamespace) -> Iterator[Pooler]:
    """PgBouncer with few sessions, so that everybody has to share them."""
    with pgbouncer(cluster.host, cluster.user, default_pool_size="3") as running:
        yield running
