"""Bundles and walks are their owner's alone: another's ids give nothing away and change nothing."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from tests.http.support import assert_problem
from tests.http.walking.asking import BUNDLES, COMPLETED, DEVICE, WALKS, ask, at, manifest, post, walk
from tests.kept import put_bundle
from tests.people import Person, person
from tests.sql.support import Connection, value
from tests.walkways import Walkway


@pytest.fixture(params=["Ada's", "nobody's"])
async def theirs(
    request: pytest.FixtureRequest,
    client: httpx2.AsyncClient,
    ada: Person,
    walkway: Walkway,
    connection: Connection,
) -> UUID:
    """A bundle that is not Eve's."""
    made = uuid4()
    if request.param == "Ada's":
        answer = await post(client, ada, BUNDLES, manifest(walkway, id=str(made)))
        assert answer.status_code == 201, answer.text
    else:
        put_bundle(connection, None, device=DEVICE, bundle_id=made)
    return made


@pytest.fixture
def eve(url: str) -> Person:
    return person(url, "Eve")


def row(connection: Connection, bundle_id: UUID) -> Any:
    return value(connection, "select to_jsonb(b) from offline_bundles b where id = %s", bundle_id)


async def test_anothers_bundle_is_as_if_there_were_none(
    client: httpx2.AsyncClient, eve: Person, theirs: UUID, connection: Connection
) -> None:
    before = row(connection, theirs)
    path = at(BUNDLES, theirs)
    for method in ("GET", "DELETE"):
        for headers in ({}, {"If_Match": "*"}, {"If_None_Match": "*"}):
            there = await ask(client, eve, method, path, **headers)
            nowhere = await ask(client, eve, method, at(BUNDLES, UUID(int=7)), **headers)
            assert there.json()["detail"] == nowhere.json()["detail"]
            assert_problem(there, 404, "not_found")
    listed = await ask(client, eve, "GET", f"{BUNDLES}?deviceId={DEVICE}")
    assert listed.json()["data"] == []
    assert row(connection, theirs) == before


async def test_anothers_id_cannot_be_used_and_nothing_is_told_of_it(
    client: httpx2.AsyncClient, eve: Person, theirs: UUID, connection: Connection, walkway: Walkway
) -> None:
    before = row(connection, theirs)
    sent = manifest(walkway, id=str(theirs), status="downloading", progress=0.5)
    taken = await post(client, eve, BUNDLES, sent)
    assert assert_problem(taken, 409, "id_taken")["detail"] == "This id cannot be used: make another."
    # Of what is not hers there is no revision.
    for body, headers, status in (
        ({"expectedRevision": 1}, {}, 409),
        ({}, {"If_Match": "*"}, 412),
        ({}, {"If_Match": f'"bundle.{theirs.hex}.1.0123456789abcdef"'}, 412),
    ):
        answer = await post(client, eve, BUNDLES, {**sent, **body}, **headers)
        assert (answer.status_code, answer.json()["actualRevision"]) == (status, None), answer.text
    key = str(uuid4())
    refused = await post(client, eve, BUNDLES, sent, Idempotency_Key=key)
    assert_problem(refused, 409, "id_taken")
    other = {**sent, "id": str(uuid4())}
    assert (await post(client, eve, BUNDLES, other, Idempotency_Key=key)).status_code == 201
    assert row(connection, theirs) == before


async def test_who_has_made_it_is_not_shown_what_is_nobodys(
    client: httpx2.AsyncClient, ada: Person, connection: Connection, walkway: Walkway
) -> None:
    put_bundle(connection, None, device="shared")
    sent = manifest(walkway, deviceId="shared")
    await post(client, ada, BUNDLES, sent)
    listed = (await ask(client, ada, "GET", f"{BUNDLES}?deviceId=shared")).json()
    assert [one["id"] for one in listed["data"]] == [sent["id"]]


async def test_two_may_have_walks_of_one_id(
    client: httpx2.AsyncClient, ada: Person, eve: Person, walkway: Walkway
) -> None:
    sent = walk(walkway)
    hers = (await post(client, ada, WALKS, sent)).json()
    path = at(WALKS, sent["id"])
    assert_problem(await ask(client, eve, "GET", path), 404, "not_found")
    for headers in ({}, {"If_Match": "*"}):
        patched = await ask(client, eve, "PATCH", path, {"endedAt": "2026-05-02T00:00:00Z"}, **headers)
        assert_problem(patched, 404, "not_found")
    other = await post(client, eve, WALKS, {**sent, "endedAt": "2026-05-03T00:00:00Z", "primaryStats": []})
    assert other.status_code == 201, other.text
    patched = await ask(client, ada, "PATCH", path, {"secondaryStats": [], "expectedRevision": 1})
    assert patched.status_code == 200
    assert (await ask(client, eve, "GET", path)).json() == other.json()
    hers |= {"secondaryStats": [], "revision": 2, "updatedAt": patched.json()["updatedAt"]}
    assert (await ask(client, ada, "GET", path)).json() == hers
    assert (await ask(client, ada, "GET", COMPLETED)).json()["data"] == []
    assert [one["walkSessionId"] for one in (await ask(client, eve, "GET", COMPLETED)).json()["data"]] == [
        sent["id"]
    ]


SEVEN = UUID(int=7)
PATHS = [
    ("GET", BUNDLES), ("POST", BUNDLES), ("GET", at(BUNDLES, SEVEN)), ("DELETE", at(BUNDLES, SEVEN)),
    ("POST", WALKS), ("GET", COMPLETED), ("GET", at(WALKS, SEVEN)), ("PATCH", at(WALKS, SEVEN)),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_nobody_is_told_before_anything_is_read(
    client: httpx2.AsyncClient, ada: Person, method: str, path: str
) -> None:
    answer = await client.request(method, f"{path}?x=1", content=b"{")
    assert_problem(answer, 401, "unauthorized")
    refused = await client.request(method, f"{path}?userId=x", json={}, headers=ada.headers)
    told = assert_problem(refused, 400, "invalid_request")["errors"]
    assert ("userId", "unknown_parameter") in [(one.get("parameter"), one["code"]) for one in told]
    if method in {"POST", "PATCH"}:
        text = await client.request(method, path, content=b"{}", headers=ada.headers)
        assert_problem(text, 415, "unsupported_media_type")
    if method != "DELETE":
        html = await ask(client, ada, method, path, {}, Accept="text/html")
        assert_problem(html, 406, "not_acceptable")


async def test_who_is_erased_takes_all_of_it_along(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, connection: Connection
) -> None:
    await post(client, ada, BUNDLES, manifest(walkway))
    await post(client, ada, WALKS, walk(walkway))
    await ask(client, ada, "DELETE", "/api/v1/users/me")
    for table in ("offline_bundles", "walk_sessions", "walk_session_stats", "walk_session_pois"):
        assert not value(connection, f"select count(*) from {table} where user_id = %s".encode(), ada.id)  # type: ignore[arg-type]
