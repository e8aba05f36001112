"""Many at once over one bundle and one walk: one wins, the others are told, and nobody gets a 500."""

import asyncio
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx2

from tests.http.preferences import faults
from tests.http.races import AT_ONCE, in_time, until_it_waits
from tests.http.support import assert_problem
from tests.http.walking.asking import BUNDLES, WALKS, ask, at, manifest, post, region, walk
from tests.kept import put_bundle
from tests.people import Person, person
from tests.sql.support import Connection, connect, value
from tests.walkways import Walkway, put_route
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.usecases.edit_reference import EditOrder
from wildside.usecases.rename_reference import rename_reference

ENDED = "2026-05-01T11:00:00Z"


async def test_of_many_first_and_many_next_bundles_one_wins_each_time(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = manifest(walkway)
    for before in (None, 1, 2):
        bodies = [{**sent, "estimatedSizeBytes": n, "expectedRevision": before} for n in range(AT_ONCE)]
        answers = await in_time(*(partial(post, client, ada, BUNDLES, body) for body in bodies))
        told = Counter(answer.status_code for answer in answers)
        assert told == {201 if before is None else 200: 1, 409: AT_ONCE - 1}, told
        (won,) = [answer for answer in answers if answer.status_code < 300]
        assert (await ask(client, ada, "GET", at(BUNDLES, sent["id"]))).json() == won.json()["bundle"]
        for lost in answers:
            if lost is not won:
                document = assert_problem(lost, 409, "revision_mismatch")
                assert document["actualRevision"] == (before or 0) + 1


async def test_of_many_users_who_make_one_id_one_has_it(
    client: httpx2.AsyncClient, url: str, walkway: Walkway
) -> None:
    people, sent = [person(url) for _ in range(8)], manifest(walkway)
    answers = await in_time(*(partial(post, client, who, BUNDLES, sent) for who in people))
    assert Counter(answer.json().get("code") for answer in answers) == {None: 1, "id_taken": 7}


async def test_of_many_calls_under_one_key_one_counts(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, connection: Connection
) -> None:
    sent, key = manifest(walkway), str(uuid4())
    answers = await in_time(
        *(partial(post, client, ada, BUNDLES, sent, Idempotency_Key=key) for _ in range(8))
    )
    assert {answer.json().get("code", "kept") for answer in answers} <= {"kept", "call_in_progress"}
    kept = [answer.json()["replayed"] for answer in answers if answer.status_code == 201]
    assert kept.count(False) == 1
    assert value(connection, "select revision from offline_bundles where id = %s", sent["id"]) == 1


async def test_a_bundle_is_forgotten_or_replaced_but_never_both(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    for _ in range(8):
        sent = manifest(walkway)
        path, tag = at(BUNDLES, sent["id"]), (await post(client, ada, BUNDLES, sent)).headers["etag"]
        replacing, forgetting = await in_time(
            partial(post, client, ada, BUNDLES, {**sent, "expectedRevision": 1}),
            partial(ask, client, ada, "DELETE", path, If_Match=tag),
        )
        assert (replacing.status_code, forgetting.status_code) in {(200, 412), (409, 204)}
        left = await ask(client, ada, "GET", path)
        assert left.status_code == (200 if replacing.status_code == 200 else 404)


async def test_of_many_who_tell_of_a_walk_and_change_it_and_end_it_one_wins_each_time(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = walk(walkway)
    path = at(WALKS, sent["id"])
    rounds: list[tuple[str, str, dict[str, Any], str]] = [
        ("POST", WALKS, sent, "conflict"),
        ("PATCH", path, {"expectedRevision": 1}, "revision_mismatch"),
        ("PATCH", path, {"expectedRevision": 2, "endedAt": ENDED}, "walk_ended"),
    ]
    for revision, (method, where, body, code) in enumerate(rounds, start=1):
        figures = [[{"kind": "count", "label": str(n), "value": n}] for n in range(AT_ONCE)]
        bodies = [{**body, "secondaryStats": figure} for figure in figures]
        answers = await in_time(*(partial(ask, client, ada, method, where, one) for one in bodies))
        told = Counter(answer.json().get("code") for answer in answers)
        assert told == {None: 1, code: AT_ONCE - 1}, told
        (won,) = [answer for answer in answers if answer.status_code < 300]
        assert won.json()["revision"] == revision
        assert (await ask(client, ada, "GET", path)).json() == won.json()


async def rename(url: str, old: str, new: str) -> None:
    async with PostgresDatabase(url, Limits(), "an operator") as database:
        order = EditOrder("an operator", "a test", 5.0)
        await rename_reference(database, "regions", old, new, order)


async def test_a_renamed_region_is_followed_and_a_deprecated_one_kept(
    client: httpx2.AsyncClient, ada: Person, url: str, walkway: Walkway, connection: Connection
) -> None:
    sent = manifest(walkway, **region("tampere"))
    assert (await post(client, ada, BUNDLES, sent)).status_code == 201
    await rename(url, "tampere", "manse")
    shown = await ask(client, ada, "GET", at(BUNDLES, sent["id"]))
    assert (shown.json()["regionId"], shown.json()["revision"]) == ("manse", 1)
    answer = await post(client, ada, BUNDLES, {**sent, "expectedRevision": 1})
    assert answer.json()["bundle"]["regionId"] == "manse", answer.text
    connection.execute("update regions set is_active = false where slug = 'manse'")
    for revision, name in ((2, "tampere"), (3, "manse")):
        body = {**sent, "regionId": name, "expectedRevision": revision}
        assert (await post(client, ada, BUNDLES, body)).status_code == 200
        new = await post(client, ada, BUNDLES, manifest(walkway, **region(name)))
        assert faults(new) == [("/regionId", "deprecated_key")]
    other = await post(client, ada, BUNDLES, {**sent, "regionId": "london", "expectedRevision": 4})
    assert_problem(other, 409, "conflict")


async def test_a_region_that_is_renamed_between_the_look_and_the_write_is_followed(
    client: httpx2.AsyncClient, ada: Person, url: str, walkway: Walkway
) -> None:
    with connect(url, autocommit=False) as operator:
        operator.execute("update regions set slug = 'edinbruh' where slug = 'edinburgh'")
        sent = manifest(walkway, **region("edinburgh"))
        waiting = asyncio.create_task(post(client, ada, BUNDLES, sent))
        await until_it_waits(operator)
        operator.commit()
    answer = await waiting
    assert answer.status_code == 201, answer.text
    assert answer.json()["bundle"]["regionId"] == "edinbruh"


async def test_a_route_that_goes_meanwhile_is_none(
    client: httpx2.AsyncClient, ada: Person, url: str, connection: Connection
) -> None:
    for path, make in ((BUNDLES, manifest), (WALKS, walk)):
        gone = put_route(connection)
        with connect(url, autocommit=False) as operator:
            operator.execute("delete from routes where id = %s", [gone.id])
            waiting = asyncio.create_task(post(client, ada, path, make(gone)))
            await until_it_waits(operator)
            operator.commit()
        assert faults(await waiting) == [("/routeId", "unknown_key")]


async def test_who_wanted_the_first_and_was_second_is_told_as_they_asked(
    client: httpx2.AsyncClient, ada: Person, url: str, walkway: Walkway
) -> None:
    sent = manifest(walkway)
    with connect(url, autocommit=False) as other:
        put_bundle(other, ada.id, walkway.id, bundle_id=UUID(sent["id"]))
        waiting = asyncio.create_task(post(client, ada, BUNDLES, sent, If_None_Match="*"))
        await until_it_waits(other)
        other.commit()
    assert_problem(await waiting, 412, "precondition_failed")


async def test_who_is_erased_while_they_write_is_nobody(
    client: httpx2.AsyncClient, url: str, walkway: Walkway
) -> None:
    for path, make in ((BUNDLES, manifest), (WALKS, walk)):
        who = person(url)
        with connect(url, autocommit=False) as operator:
            operator.execute("delete from users where id = %s", [who.id])
            waiting = asyncio.create_task(post(client, who, path, make(walkway)))
            await until_it_waits(operator)
            operator.commit()
        assert_problem(await waiting, 401, "unauthorized")
