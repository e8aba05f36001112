"""What is packaged with the client is what sql/reference says, and is found without being named."""

from tests.client.packaged import export, packaged
from wildside.client import PACKAGED_SNAPSHOT, ClientConfig, create_reference_provider, load_snapshot


def test_the_packaged_snapshot_is_in_step_with_the_source(seeded_url: str) -> None:
    before = load_snapshot(PACKAGED_SNAPSHOT)
    told = "sql/reference has changed: run `just snapshot`"
    assert packaged(export(seeded_url), before.generated_at) == PACKAGED_SNAPSHOT.read_bytes(), told


async def test_without_the_flag_it_is_what_an_app_reads() -> None:
    answer = await create_reference_provider(ClientConfig()).get_table("tags")
    assert (answer.source, answer.stale, answer.version.partition(".")[0]) == ("packaged", False, "packaged")
    assert answer.value[0]["slug"] == "coffee"
