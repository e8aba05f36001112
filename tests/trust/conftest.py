"""A database that no test of promises changes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sql.support import scratch_database


@pytest.fixture(scope="module")
def released_url(cluster: Any, seeded_template: Any) -> Iterator[str]:
    """A seeded database of a file's tests. Only to be read."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        yield url
