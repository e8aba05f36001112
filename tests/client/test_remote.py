"""Asking the backend: how often, what is believed, and what answers when it does not."""

import asyncio
import copy
import json
import time
from typing import Any

import pytest

from tests.client.backend import TAGS, FakeBackend, bootstrap, dumps, sha256
from tests.client.conftest import MORE, NOBODY, PACKAGED_TOKEN, Place, held
from wildside.client import BackendUnavailable, SchemaMismatch


async def test_a_first_call_takes_all_and_later_ones_what_has_changed(place: Place) -> None:
    provider = await held(place)
    answer = await provider.get_table("tags")
    assert [row["slug"] for row in answer.value] == ["art", "coffee", "views"]
    assert (answer.version, answer.source) == (place.backend.token, "network")
    assert (await provider.get_version()).version == place.backend.token
    assert place.backend.asked == ["changes", "changes"]
    assert set(place.backend.encodings) == {"gzip"}


async def test_the_next_process_goes_on_from_the_cache(place: Place) -> None:
    await held(place)
    answer = await place.provider().get_bootstrap()
    assert (answer.source, answer.value.tables["tags"][0]["slug"]) == ("network", "art")
    assert place.backend.asked == ["changes"]


async def test_a_path_before_the_api_is_kept(place: Place) -> None:
    assert (await place.provider(url=place.backend.url + "/base/").get_version()).source == "network"


@pytest.mark.parametrize("first", [True, False])
async def test_concurrent_calls_share_one_request(place: Place, first: bool) -> None:
    provider = place.provider() if first else await held(place)
    place.backend.gate.clear()
    calls = [asyncio.create_task(provider.get_bootstrap()) for _ in range(20)]
    await asyncio.sleep(0.05)
    place.backend.gate.set()
    answers = await asyncio.gather(*calls)
    assert {answer.version for answer in answers} == {place.backend.token}
    assert len(place.backend.asked) == 1


async def test_a_cancelled_caller_takes_no_other_along(place: Place) -> None:
    provider = place.provider()
    place.backend.gate.clear()
    calls = [asyncio.create_task(provider.get_bootstrap()) for _ in range(3)]
    await asyncio.sleep(0.05)
    calls[0].cancel()
    await asyncio.sleep(0)
    place.backend.gate.set()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert not [answer for answer in answers[1:] if isinstance(answer, BaseException)]
    assert place.backend.asked == ["bootstrap"]


async def test_a_failed_refresh_is_not_shared_with_later_calls(place: Place) -> None:
    provider = place.provider()
    place.offline()
    calls = [provider.get_bootstrap() for _ in range(3)]
    failures = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(failure) for failure in failures] == [BackendUnavailable] * 3
    place.backend.status = 200
    assert (await provider.get_bootstrap()).source == "network"


def wrong_digest(changes: dict[str, Any]) -> None:
    changes["tables"]["tags"]["digest"] = sha256(b"[]")


def lost_upsert(changes: dict[str, Any]) -> None:
    changes["tables"]["tags"]["upserts"] = []


def wrong_key(changes: dict[str, Any]) -> None:
    changes["tables"]["tags"]["key"] = ["nothing"]


def mixed_order(changes: dict[str, Any]) -> None:
    changes["tables"]["tags"]["upserts"][0]["sortOrder"] = "5"


def foreign_start(changes: dict[str, Any]) -> None:
    changes["from"] = "another.1-0000000000000000"


def silent_step(changes: dict[str, Any]) -> None:
    changes.update(mode="none", tables={})


def unknown_mode(changes: dict[str, Any]) -> None:
    changes["mode"] = "patch"


def no_object(_: dict[str, Any]) -> Any:
    return ["x"]


def untold_table(changes: dict[str, Any]) -> None:
    changes["tables"].clear()


WRONG = [
    wrong_digest,
    untold_table,
    lost_upsert,
    wrong_key,
    mixed_order,
    foreign_start,
    silent_step,
    unknown_mode,
    no_object,
]


@pytest.mark.parametrize("edit", WRONG)
async def test_changes_that_do_not_fit_make_us_take_all(place: Place, edit: Any) -> None:
    provider = await held(place)
    place.backend.edit_changes = edit
    answer = await provider.get_bootstrap()
    assert place.backend.asked == ["changes", "bootstrap"]
    assert answer.value.tables == place.backend.tables
    assert (answer.source, answer.stale) == ("network", False)


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_a_backend_that_refuses_changes_is_asked_for_all(place: Place, status: int) -> None:
    provider = await held(place)
    place.backend.status_of_changes = status
    assert (await provider.get_bootstrap()).value.tables == place.backend.tables
    assert place.backend.asked == ["changes", "bootstrap"]


async def test_a_full_answer_replaces_everything(place: Place) -> None:
    provider = await held(place)
    place.backend.force_full = True
    place.backend.publish({"extras": [{"id": 1, "rank": None, "live": True}]})
    assert (await provider.get_bootstrap()).value.tables == place.backend.tables
    assert place.backend.asked == ["changes"]


async def test_a_table_that_is_gone_is_dropped(place: Place) -> None:
    provider = await held(place)
    place.backend.publish({"rules": TAGS["rules"]})
    assert list((await provider.get_bootstrap()).value.tables) == ["rules"]
    assert place.backend.asked == ["changes"]


def damaged(body: bytes) -> bytes:
    return body.replace(b"coffee", b"coffin")


def without_a_digest(body: bytes) -> bytes:
    document = json.loads(body)
    del document["digests"]["rules"]
    return dumps(document)


@pytest.mark.parametrize("edit", [damaged, without_a_digest, lambda body: body[:-1], lambda body: b""])
async def test_a_damaged_bootstrap_is_no_answer(place: Place, edit: Any) -> None:
    place.backend.edit_bootstrap = edit
    with pytest.raises(BackendUnavailable, match="damaged"):
        await place.provider().get_bootstrap()
    assert not place.cache.exists()


@pytest.mark.parametrize("edit", [lambda raw: raw[:-1], lambda raw: raw[:-9] + b"x" + raw[-8:]])
async def test_bytes_that_change_on_the_way_are_no_answer(place: Place, edit: Any) -> None:
    place.backend.edit_raw = edit
    with pytest.raises(BackendUnavailable):
        await place.provider().get_bootstrap()


async def test_a_bootstrap_without_repr_digest_is_no_answer(place: Place) -> None:
    place.backend.repr_digest = False
    with pytest.raises(BackendUnavailable, match="Repr-Digest"):
        await place.provider().get_bootstrap()


async def test_a_wrong_repr_digest_is_no_answer(place: Place) -> None:
    place.backend.repr_digest = False
    place.backend.headers = {"Repr-Digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"}
    with pytest.raises(BackendUnavailable, match="Repr-Digest"):
        await place.provider().get_bootstrap()


async def test_without_stale_answers_a_failure_is_raised(place: Place) -> None:
    place.pack()
    provider = await held(place)
    place.offline()
    place.backend.headers = {"Retry-After": "7"}
    for call in (provider.get_bootstrap, provider.get_version):
        with pytest.raises(BackendUnavailable, match="503") as raised:
            await call(allow_stale_cache=False)
        assert raised.value.retry_after == 7
    with pytest.raises(BackendUnavailable):
        await provider.get_table("tags", allow_stale_cache=False)
    with pytest.raises(BackendUnavailable):
        await place.provider().get_bootstrap(allow_stale_cache=False)


async def test_nobody_listens(place: Place) -> None:
    provider = place.provider(url=NOBODY)
    with pytest.raises(BackendUnavailable, match="nothing is cached, and there is no snapshot"):
        await provider.get_bootstrap()
    place.pack()
    answer = await provider.get_bootstrap()
    assert (answer.source, answer.age, answer.stale, answer.version) == (
        "packaged",
        None,
        True,
        PACKAGED_TOKEN,
    )


async def test_a_backend_that_does_not_answer_in_time(place: Place) -> None:
    place.backend.gate.clear()
    began = time.monotonic()
    with pytest.raises(BackendUnavailable, match="reached"):
        await place.provider(timeout=0.1).get_bootstrap()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("warm", [True, False])
async def test_another_schema_is_never_answered_from_a_cache(place: Place, warm: bool) -> None:
    place.pack()
    provider = await held(place) if warm else place.provider()
    place.backend.schema = 2
    for _ in range(2):
        with pytest.raises(SchemaMismatch, match="schemaVersion 2, this app reads 1"):
            await provider.get_bootstrap()


async def test_a_packaged_snapshot_of_another_schema_does_not_answer(place: Place) -> None:
    place.snapshot.write_bytes(bootstrap(TAGS, "t", schema=2))
    with pytest.raises(BackendUnavailable, match="schemaVersion 2"):
        await place.provider(url=NOBODY).get_bootstrap()


async def test_one_provider_outlives_an_event_loop(place: Place) -> None:
    provider = place.provider()
    for _ in range(2):
        answer = await asyncio.to_thread(lambda: asyncio.run(provider.get_version()))
        assert answer.source == "network"


def test_the_fake_backend_is_not_shared_between_releases(backend: FakeBackend) -> None:
    before = copy.deepcopy(backend.tables)
    backend.publish(MORE)
    assert before == TAGS
