"""Offline bundles over HTTP: kept, replaced, listed and forgotten."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.http.preferences import faults
from tests.http.support import assert_problem
from tests.http.walking.asking import BUNDLES, DEVICE, ask, at, manifest, post, region
from tests.people import Person, person
from tests.sql.support import Connection, value
from tests.walkways import Walkway, put_route

MOMENTS = {"revision", "createdAt", "updatedAt"}


async def test_what_is_kept_is_what_is_shown(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = manifest(walkway)
    answer = await post(client, ada, BUNDLES, sent)
    assert (answer.status_code, answer.json()["replayed"]) == (201, False), answer.text
    kept = answer.json()["bundle"]
    assert kept.keys() == sent.keys() | MOMENTS | {"regionId"}
    assert kept | sent | {"regionId": None, "revision": 1} == kept
    assert kept["createdAt"].endswith("Z")
    assert kept["updatedAt"] >= kept["createdAt"]
    later = await ask(client, ada, "GET", answer.headers["location"])
    assert later.headers["etag"] == answer.headers["etag"]
    assert (later.status_code, later.json()) == (200, kept)
    assert later.headers["cache-control"] == "private, no-cache"
    unchanged = await ask(client, ada, "GET", at(BUNDLES, sent["id"]), If_None_Match=later.headers["etag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_each_change_counts_one_and_keeps_when_it_was_made(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = manifest(walkway)
    first = (await post(client, ada, BUNDLES, sent)).json()["bundle"]
    changes = {"status": "downloading", "progress": 0.5, "estimatedSizeBytes": 2**53 - 1}
    bounds = {"minLng": -180, "minLat": -90, "maxLng": 180, "maxLat": 90}
    more = {"bounds": bounds, "zoomRange": {"minZoom": 0, "maxZoom": 22}}
    answer = await post(client, ada, BUNDLES, {**sent, **changes, **more, "expectedRevision": 1})
    assert (answer.status_code, answer.json()["replayed"]) == (200, False), answer.text
    assert "location" not in answer.headers
    second = answer.json()["bundle"]
    assert second | changes | more | {"revision": 2, "createdAt": first["createdAt"]} == second
    assert second["updatedAt"] > first["updatedAt"]
    by_tag = await post(
        client, ada, BUNDLES, {**sent, "status": "failed", "progress": 1}, If_Match=answer.headers["etag"]
    )
    assert by_tag.json()["bundle"]["revision"] == 3, by_tag.text
    assert (await ask(client, ada, "GET", at(BUNDLES, sent["id"]))).json() == by_tag.json()["bundle"]


@pytest.mark.parametrize("given", [None, 2, 2**31 - 1])
async def test_another_revision_is_told_and_changes_nothing(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, given: int | None
) -> None:
    sent = manifest(walkway)
    kept = await post(client, ada, BUNDLES, sent)
    answer = await post(client, ada, BUNDLES, {**sent, "estimatedSizeBytes": 1, "expectedRevision": given})
    document = assert_problem(answer, 409, "revision_mismatch")
    assert (document["expectedRevision"], document["actualRevision"]) == (given, 1)
    star = await post(client, ada, BUNDLES, {**sent, "estimatedSizeBytes": 1}, If_None_Match="*")
    assert_problem(star, 412, "precondition_failed")
    assert (await ask(client, ada, "GET", at(BUNDLES, sent["id"]))).json() == kept.json()["bundle"]
    nothing = await post(client, ada, BUNDLES, manifest(walkway, expectedRevision=1))
    assert assert_problem(nothing, 409, "revision_mismatch")["actualRevision"] is None


WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"id": None, "deviceId": None, "kind": None, "bounds": None, "zoomRange": None, "progress": None,
      "estimatedSizeBytes": None, "status": None},
     [("/id", "missing_field"), ("/deviceId", "missing_field"), ("/kind", "missing_field"),
      ("/bounds", "missing_field"), ("/zoomRange", "missing_field"), ("/estimatedSizeBytes", "missing_field"),
      ("/status", "missing_field"), ("/progress", "missing_field")]),
    ({"id": "x", "deviceId": "a b", "kind": "tile", "status": "done", "progress": 1.5,
      "estimatedSizeBytes": -1, "createdAt": "2026-05-01T10:00:00Z", "updatedAt": 1, "expectedRevision": 0},
     [("/id", "invalid_id"), ("/expectedRevision", "invalid_number"), ("/deviceId", "invalid_device_id"),
      ("/kind", "unknown_choice"), ("/estimatedSizeBytes", "invalid_number"), ("/status", "unknown_choice"),
      ("/progress", "invalid_number"),
      ("/createdAt", "unknown_field"), ("/updatedAt", "unknown_field")]),
    ({"routeId": None}, [("/routeId", "missing_field")]),
    ({"regionId": "helsinki"}, [("/regionId", "contradiction")]),
    (region(None), [("/regionId", "missing_field")]),
    (region(routeId=str(uuid4())), [("/routeId", "contradiction")]),
    ({"routeId": "x", "deviceId": "a" * 129},
     [("/deviceId", "invalid_device_id"), ("/routeId", "invalid_id")]),
    ({"bounds": {"minLng": 1, "minLat": 2, "maxLng": 1, "maxLat": 3},
      "zoomRange": {"minZoom": 9, "maxZoom": 8}},
     [("/bounds", "invalid_bounds"), ("/zoomRange", "invalid_zoom_range")]),
    ({"bounds": {"minLng": -181, "minLat": 91, "maxLng": "1", "more": 1}, "zoomRange": {"maxZoom": 23}},
     [("/bounds/minLng", "invalid_number"), ("/bounds/minLat", "invalid_number"),
      ("/bounds/maxLng", "invalid_number"), ("/bounds/maxLat", "missing_field"),
      ("/zoomRange/maxZoom", "invalid_number"), ("/zoomRange/minZoom", "missing_field"),
      ("/bounds/more", "unknown_field")]),
    ({"progress": 0.1}, [("/progress", "contradiction")]),
    ({"status": "downloading", "progress": 1}, [("/progress", "contradiction")]),
    ({"status": "complete", "progress": 0.99}, [("/progress", "contradiction")]),
    ({"routeId": str(uuid4())}, [("/routeId", "unknown_key")]),
    (region("nowhere"), [("/regionId", "unknown_key")]),
    (region("nowhere\u0000"), [("/regionId", "nul_character")]),
    (region("ÿ" * 257), [("/regionId", "too_long")]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "wrong"), WRONG)
async def test_everything_that_is_wrong_is_told(
    client: httpx2.AsyncClient,
    ada: Person,
    walkway: Walkway,
    changes: dict[str, Any],
    wrong: list[tuple[str, str]],
) -> None:
    sent = manifest(walkway, **changes)
    assert faults(await post(client, ada, BUNDLES, sent)) == wrong
    if changes.get("id", True) is True:
        assert_problem(await ask(client, ada, "GET", at(BUNDLES, sent["id"])), 404, "not_found")


async def test_a_zero_has_no_sign(client: httpx2.AsyncClient, ada: Person, walkway: Walkway) -> None:
    answer = await post(client, ada, BUNDLES, manifest(walkway, progress=-0.0))
    assert '"progress":0,' in answer.text


async def test_a_route_of_somebody_else_is_none(
    client: httpx2.AsyncClient, ada: Person, url: str, connection: Connection
) -> None:
    bob = person(url, "Bob")
    his = put_route(connection, bob.id)
    assert faults(await post(client, ada, BUNDLES, manifest(his))) == [("/routeId", "unknown_key")]
    assert (await post(client, bob, BUNDLES, manifest(his))).status_code == 201


@pytest.mark.parametrize("changes", [
    {"deviceId": "another"}, {"routeId": "another"}, region(),
], ids=["device", "route", "kind"])  # fmt: skip
async def test_a_bundle_stays_that_of_its_device_and_of_what_it_is_of(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, connection: Connection, changes: dict[str, Any]
) -> None:
    if changes.get("routeId"):
        changes = {"routeId": str(put_route(connection).id)}
    sent = manifest(walkway)
    kept = (await post(client, ada, BUNDLES, sent)).json()["bundle"]
    answer = await post(client, ada, BUNDLES, {**sent, **changes, "expectedRevision": 1})
    assert "another bundle" in assert_problem(answer, 409, "conflict")["detail"]
    assert (await ask(client, ada, "GET", at(BUNDLES, sent["id"]))).json() == kept


async def test_what_cannot_follow_is_told_and_the_revision_counts_first(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = manifest(walkway)
    await post(client, ada, BUNDLES, sent)
    done = {"status": "complete", "progress": 1}
    stale = await post(client, ada, BUNDLES, {**sent, **done, "expectedRevision": 2})
    assert_problem(stale, 409, "revision_mismatch")
    answer = await post(client, ada, BUNDLES, {**sent, **done, "expectedRevision": 1})
    document = assert_problem(answer, 409, "invalid_transition")
    assert document["detail"] == "After queued a bundle can be queued, downloading, failed; not complete."
    half = {"status": "downloading", "progress": 0.5, "expectedRevision": 1}
    assert (await post(client, ada, BUNDLES, {**sent, **half})).status_code == 200
    back = {"status": "downloading", "progress": 0.25, "expectedRevision": 2}
    assert_problem(await post(client, ada, BUNDLES, {**sent, **back}), 409, "invalid_transition")
    assert (await ask(client, ada, "GET", at(BUNDLES, sent["id"]))).json()["progress"] == 0.5


async def test_a_call_sent_again_says_so_and_counts_once(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, connection: Connection
) -> None:
    sent, key = manifest(walkway), str(uuid4())
    first = await post(client, ada, BUNDLES, sent, Idempotency_Key=key)
    again, third = [await post(client, ada, BUNDLES, sent, Idempotency_Key=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == third.content == first.content.replace(b'"replayed":false', b'"replayed":true')
    assert "idempotency-replayed" not in first.headers
    for name in ("etag", "location", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["idempotency-replayed"] == "true"
    spelled = {**sent, "progress": 0.0, "regionId": None}
    assert (await post(client, ada, BUNDLES, spelled, Idempotency_Key=key)).content == again.content
    for changes in ({"estimatedSizeBytes": 1}, {"deviceId": "other"}, {"expectedRevision": 1}):
        other = await post(client, ada, BUNDLES, {**sent, **changes}, Idempotency_Key=key)
        assert_problem(other, 409, "idempotency_key_reused")
    assert value(connection, "select revision from offline_bundles where id = %s", sent["id"]) == 1


async def test_a_bundle_is_forgotten_once(client: httpx2.AsyncClient, ada: Person, walkway: Walkway) -> None:
    sent, key = manifest(walkway), str(uuid4())
    path = at(BUNDLES, sent["id"])
    await post(client, ada, BUNDLES, sent)
    for _ in range(2):
        answer = await ask(client, ada, "DELETE", path, Idempotency_Key=key)
        assert (answer.status_code, answer.content) == (204, b""), answer.text
    assert answer.headers["idempotency-replayed"] == "true"
    for method in ("GET", "DELETE"):
        assert_problem(await ask(client, ada, method, path), 404, "not_found")
    # The key is of that call alone, and the id is free again.
    assert (await post(client, ada, BUNDLES, sent)).json()["bundle"]["revision"] == 1
    with_tag = await ask(client, ada, "DELETE", path, Idempotency_Key=key, If_Match="*")
    assert with_tag.headers["idempotency-replayed"] == "true"


async def test_only_the_revision_of_the_tag_is_forgotten(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = manifest(walkway)
    path = at(BUNDLES, sent["id"])
    old = (await post(client, ada, BUNDLES, sent)).headers["etag"]
    new = (await post(client, ada, BUNDLES, {**sent, "expectedRevision": 1})).headers["etag"]
    for headers in ({"If_Match": old}, {"If_Match": '"x"'}, {"If_None_Match": "*"}):
        document = assert_problem(
            await ask(client, ada, "DELETE", path, **headers), 412, "precondition_failed"
        )
        assert document["actualRevision"] == 2
    assert faults(await ask(client, ada, "DELETE", path, If_Match="x")) == [
        ("If-Match", "invalid_entity_tag")
    ]
    assert (await ask(client, ada, "DELETE", path, If_Match=new)).status_code == 204


async def test_the_list_is_that_of_one_owner_on_one_device(
    client: httpx2.AsyncClient, ada: Person, url: str, walkway: Walkway
) -> None:
    mine = [manifest(walkway) for _ in range(5)]
    for one in mine:
        await post(client, ada, BUNDLES, one)
    await post(client, ada, BUNDLES, manifest(walkway, deviceId="tablet"))
    await post(client, person(url, "Bob"), BUNDLES, manifest(walkway))
    path, pages = f"{BUNDLES}?deviceId={DEVICE}&limit=2", []
    while path:
        pages.append((await ask(client, ada, "GET", path)).json())
        path = pages[-1]["links"]["next"]
    assert [[row["id"] for row in page["data"]] for page in pages] == [
        [one["id"] for one in mine[number : number + 2]] for number in (0, 2, 4)
    ]
    shown = (await ask(client, ada, "GET", at(BUNDLES, mine[0]["id"]))).json()
    assert pages[0]["data"][0] == shown
    back = (await ask(client, ada, "GET", pages[2]["links"]["prev"])).json()
    assert back["data"] == pages[1]["data"]
    elsewhere = pages[0]["links"]["next"].replace("ada.phone", "bob.phone")
    assert faults(await ask(client, ada, "GET", elsewhere)) == [("cursor", "invalid_cursor")]


async def test_a_page_says_all_that_is_wrong(client: httpx2.AsyncClient, ada: Person) -> None:
    wrong = {
        "": [("deviceId", "missing_parameter")],
        "?deviceId=": [("deviceId", "invalid_device_id")],
        "?deviceId=a%00": [("deviceId", "invalid_device_id")],
        "?deviceId=a&deviceId=b": [("deviceId", "repeated_parameter")],
        "?limit=0&cursor=x&more=1": [
            ("deviceId", "missing_parameter"),
            ("more", "unknown_parameter"),
            ("limit", "invalid_limit"),
            ("cursor", "invalid_cursor"),
        ],
    }
    for query, told in wrong.items():
        assert faults(await ask(client, ada, "GET", BUNDLES + query)) == told


async def test_what_is_no_id_is_nothing(client: httpx2.AsyncClient, ada: Person) -> None:
    for method in ("GET", "DELETE"):
        for one in ("x", "completed", uuid4(), "%00"):
            assert_problem(await ask(client, ada, method, at(BUNDLES, one)), 404, "not_found")
