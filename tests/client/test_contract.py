"""What every provider must do, whichever way its data come."""

from typing import cast

import pytest

from tests.client.backend import MOMENT, TAGS, dumps, sha256
from tests.client.conftest import PACKAGED_TOKEN, Place
from wildside.client import ReferenceDataProvider, Source, UnknownTable

MODES = ["off", "on", "warm-offline", "memory-offline", "packaged-offline"]
SOURCES = {
    "off": "packaged",
    "on": "network",
    "warm-offline": "disk",
    "memory-offline": "memory",
    "packaged-offline": "packaged",
}


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return cast(str, request.param)


@pytest.fixture
async def provider(mode: str, place: Place) -> ReferenceDataProvider:
    place.pack()
    provider = place.provider(use_backend=mode != "off")
    if mode in {"warm-offline", "memory-offline"}:
        await provider.get_version()
        place.clock.seconds += 30
    if mode == "warm-offline":
        provider = place.provider()
    if mode.endswith("offline"):
        place.offline()
    return provider


async def test_bootstrap_is_every_table_in_order(provider: ReferenceDataProvider) -> None:
    bootstrap = (await provider.get_bootstrap()).value
    assert bootstrap.tables == TAGS
    assert (bootstrap.schema_version, bootstrap.generated_at) == (1, MOMENT)


async def test_an_answer_says_how_far_it_is_to_be_trusted(
    mode: str, provider: ReferenceDataProvider, place: Place
) -> None:
    answer = await provider.get_bootstrap()
    source = cast(Source, SOURCES[mode])
    packaged = source == "packaged"
    assert answer.source == source
    assert answer.stale is mode.endswith("offline")
    assert answer.age == (None if packaged else 30 if mode.endswith("offline") else 0)
    assert answer.version == (PACKAGED_TOKEN if packaged else place.backend.token)
    assert answer.value.reference_version == answer.version


async def test_version_and_tables_are_those_of_the_bootstrap(provider: ReferenceDataProvider) -> None:
    bootstrap = await provider.get_bootstrap()
    version = await provider.get_version()
    table = await provider.get_table("tags")
    assert table.value == bootstrap.value.tables["tags"]
    assert version.value.reference_version == bootstrap.version == table.version
    assert bootstrap.source == version.source == table.source
    assert {name: (one.rows, one.digest) for name, one in version.value.tables.items()} == {
        name: (len(rows), sha256(dumps(rows))) for name, rows in bootstrap.value.tables.items()
    }


async def test_an_unknown_table_is_said_to_be_unknown(provider: ReferenceDataProvider) -> None:
    with pytest.raises(UnknownTable, match=r"'nothing'; there are: rules, tags"):
        await provider.get_table("nothing")


async def test_a_caller_may_change_what_it_got(provider: ReferenceDataProvider) -> None:
    (await provider.get_bootstrap()).value.tables["tags"][0]["label"]["en"] = "mine"
    (await provider.get_table("tags")).value.clear()
    assert (await provider.get_bootstrap()).value.tables == TAGS
