"""User state is read and written as the app, with the rights that it has."""

from collections.abc import Iterator

import pytest

from tests.cli.places import open_place
from tests.http.preferences import BODIES, INTERESTS, PREFERENCES, get, put, serving
from tests.people import person
from tests.toolkit.conftest import MAJORS
from tests.toolkit.separated import Separated, did, separated


@pytest.fixture(scope="module")
def place() -> Iterator[Separated]:
    with open_place() as folder, separated(folder / "data", next(iter(MAJORS.values()))) as made:
        yield made


async def test_the_app_keeps_what_users_choose_and_follows_renames(place: Separated) -> None:
    ada = person(place.url("app"))
    async with serving(place.url("app")) as client:
        for revision, path in ((None, PREFERENCES), (1, INTERESTS), (2, PREFERENCES)):
            answer = await put(client, ada, path, revision)
            assert answer.status_code == 200, answer.text
        rename = ("reference", "rename", "interest_themes", "coffee", "cafes", "--reason", "a test")
        did(*rename, url=place.url("migrator"))
        assert (await get(client, ada, INTERESTS)).json()["interestThemeIds"] == ["cafes", "parks"]
        answer = await put(client, ada, INTERESTS, headers={"If-Match": "*"}, **BODIES[INTERESTS])
        assert answer.json()["interestThemeIds"] == ["food", "cafes"], answer.text
