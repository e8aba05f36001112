"""Servers with the roles: one of each version of PostgreSQL that is here."""

from collections.abc import Iterator

import pytest

from tests.cli.places import open_place
from tests.toolkit.separated import Separated, majors, separated

MAJORS = majors()


@pytest.fixture(scope="session", params=MAJORS, ids=lambda major: f"PostgreSQL {major}")
def server(request: pytest.FixtureRequest) -> Iterator[Separated]:
    """Only to be read, or changed in transactions that are rolled back."""
    with open_place() as place, separated(place / "data", MAJORS[request.param]) as made:
        yield made
