"""What a user has chosen: read and replaced over HTTP."""

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from tests.http.preferences import (
    BODIES,
    INTERESTS,
    PATHS,
    PREFERENCES,
    deprecate_theme,
    faults,
    get,
    put,
    serving,
)
from tests.http.support import assert_problem
from tests.people import Person, person


async def test_who_never_chose_is_shown_what_holds(client: httpx2.AsyncClient, ada: Person) -> None:
    assert (await get(client, ada, PREFERENCES)).json() == {
        "userId": str(ada.id),
        "interestThemeIds": [],
        "safetyToggleIds": [],
        "unitSystem": "metric",
        "revision": None,
        "updatedAt": None,
    }
    assert (await get(client, ada, INTERESTS)).json() == {
        "userId": str(ada.id),
        "interestThemeIds": [],
        "revision": None,
    }


@pytest.mark.parametrize("path", PATHS)
async def test_what_was_shown_first_can_be_sent_back(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    shown = (await get(client, ada, path)).json()
    sent = {name: value for name, value in shown.items() if name in BODIES[path]}
    answer = await put(client, ada, path, expectedRevision=shown["revision"], **sent)
    assert (answer.status_code, answer.json()["revision"]) == (200, 1), answer.text


async def test_the_default_is_the_first_unit_system_that_can_be_chosen(
    client: httpx2.AsyncClient, ada: Person, seeded_connection: psycopg.Connection[Any]
) -> None:
    seeded_connection.execute("update unit_systems set is_active = false where slug = 'metric'")
    seeded_connection.execute("update unit_systems set sort_order = 5 where slug = 'us-customary'")
    seeded_connection.commit()
    assert (await get(client, ada, PREFERENCES)).json()["unitSystem"] == "us-customary"
    await put(client, ada, INTERESTS)
    assert (await get(client, ada, PREFERENCES)).json()["unitSystem"] == "us-customary"


async def test_a_database_that_was_never_seeded_has_no_default(database_url: str) -> None:
    ada = person(database_url)
    async with serving(database_url) as client:
        for answer in (
            await get(client, ada, PREFERENCES),
            await put(client, ada, INTERESTS, interestThemeIds=[]),
        ):
            assert_problem(answer, 503, "no_release")


@pytest.mark.parametrize("path", PATHS)
async def test_the_answer_is_what_is_stored_and_each_change_counts_one(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    for revision in (1, 2, 3):
        answer = await put(client, ada, path, revision - 1 or None)
        assert answer.status_code == 200, answer.text
        assert answer.json() | BODIES[path] | {"revision": revision} == answer.json()
        later = await get(client, ada, path)
        assert (later.json(), later.headers["etag"]) == (answer.json(), answer.headers["etag"])


async def test_updated_at_moves_with_every_change(client: httpx2.AsyncClient, ada: Person) -> None:
    moments = []
    for number in (None, 1, 2, 3):
        await put(client, ada, PREFERENCES if number != 2 else INTERESTS, number)
        moments.append((await get(client, ada, PREFERENCES)).json()["updatedAt"])
    assert moments == sorted(set(moments))
    assert all(moment.endswith("Z") for moment in moments)


async def test_interests_and_preferences_have_one_revision(client: httpx2.AsyncClient, ada: Person) -> None:
    await put(client, ada, PREFERENCES)
    answer = await put(client, ada, INTERESTS, 1)
    assert answer.json()["revision"] == 2
    shown = (await get(client, ada, PREFERENCES)).json()
    assert shown | BODIES[PREFERENCES] | BODIES[INTERESTS] | {"revision": 2} == shown
    assert_problem(await put(client, ada, PREFERENCES, 1), 409, "revision_mismatch")
    assert (await put(client, ada, PREFERENCES, 2)).json()["revision"] == 3
    assert (await get(client, ada, INTERESTS)).json()["interestThemeIds"] == ["coffee", "parks"]


async def test_lists_keep_their_order_and_can_be_shuffled_and_emptied(
    client: httpx2.AsyncClient, ada: Person
) -> None:
    orders: list[list[str]] = [
        ["food", "coffee", "parks"], ["parks", "food", "coffee"], ["coffee", "museums"], [], ["parks"],
    ]  # fmt: skip
    for revision, order in enumerate(orders):
        answer = await put(client, ada, INTERESTS, revision, interestThemeIds=order)
        assert answer.json()["interestThemeIds"] == order, answer.text
        assert (await get(client, ada, INTERESTS)).json()["interestThemeIds"] == order
    toggles = ["well-lit", "shade", "step-free"]
    answer = await put(client, ada, PREFERENCES, len(orders), safetyToggleIds=toggles)
    assert answer.json()["safetyToggleIds"] == toggles
    answer = await put(client, ada, PREFERENCES, len(orders) + 1, safetyToggleIds=toggles[::-1])
    assert answer.json()["safetyToggleIds"] == toggles[::-1]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("given", [None, 1, 3, 2**31 - 1])
async def test_another_revision_is_told_and_changes_nothing(
    client: httpx2.AsyncClient, ada: Person, path: str, given: int | None
) -> None:
    for revision in (None, 1):
        await put(client, ada, path, revision)
    before = (await get(client, ada, path)).content
    document = assert_problem(
        await put(client, ada, path, given, interestThemeIds=[]), 409, "revision_mismatch"
    )
    assert (document["expectedRevision"], document["actualRevision"]) == (given, 2)
    assert (await get(client, ada, path)).content == before


@pytest.mark.parametrize("path", PATHS)
async def test_a_revision_of_what_is_not_there_yet_is_a_mismatch(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    document = assert_problem(await put(client, ada, path, 1), 409, "revision_mismatch")
    assert (document["expectedRevision"], document["actualRevision"]) == (1, None)
    assert (await get(client, ada, path)).json()["revision"] is None


async def test_every_key_that_cannot_be_chosen_is_told_at_once(
    client: httpx2.AsyncClient, ada: Person, seeded_connection: psycopg.Connection[Any]
) -> None:
    deprecate_theme(seeded_connection, "coffee")
    seeded_connection.execute("update unit_systems set is_active = false where slug = 'imperial'")
    seeded_connection.commit()
    changes: dict[str, Any] = {
        "interestThemeIds": ["parks", "coffee", "nowhere", ""],
        "safetyToggleIds": ["parks"],
        "unitSystem": "imperial",
    }
    assert faults(await put(client, ada, PREFERENCES, **changes)) == [
        ("/interestThemeIds/1", "deprecated_key"),
        ("/interestThemeIds/2", "unknown_key"),
        ("/interestThemeIds/3", "unknown_key"),
        ("/safetyToggleIds/0", "unknown_key"),
        ("/unitSystem", "deprecated_key"),
    ]
    assert (await get(client, ada, PREFERENCES)).json()["revision"] is None


@pytest.mark.parametrize(("changes", "wrong"), [
    ({"interestThemeIds": None}, [("/interestThemeIds", "missing_field")]),
    ({"unitSystem": None, "safetyToggleIds": None},
     [("/safetyToggleIds", "missing_field"), ("/unitSystem", "missing_field")]),
    ({"interestThemeIds": ["coffee", "coffee"]}, [("/interestThemeIds/1", "repeated")]),
    ({"interestThemeIds": ["parks", None, 5]},
     [("/interestThemeIds/1", "wrong_type"), ("/interestThemeIds/2", "wrong_type")]),
    ({"interestThemeIds": [f"t{number}" for number in range(101)]}, [("/interestThemeIds", "too_many")]),
    ({"safetyToggleIds": "well-lit"}, [("/safetyToggleIds", "wrong_type")]),
    ({"expectedRevision": 0}, [("/expectedRevision", "invalid_number")]),
    ({"expectedRevision": True}, [("/expectedRevision", "invalid_number")]),
    ({"userId": "x", "updatedAt": 1}, [("/updatedAt", "unknown_field"), ("/userId", "unknown_field")]),
])  # fmt: skip
async def test_what_is_wrong_with_a_body_is_told(
    client: httpx2.AsyncClient, ada: Person, changes: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    assert faults(await put(client, ada, PREFERENCES, **changes)) == wrong


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_is_told_before_anything_is_read(client: httpx2.AsyncClient, path: str) -> None:
    for method in ("GET", "PUT"):
        answer = await client.request(method, path, content=b"{")
        assert_problem(answer, 401, "unauthorized")


@pytest.mark.parametrize("path", PATHS)
async def test_other_methods_parameters_and_types_are_refused(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    refused = await client.delete(path, headers=ada.headers)
    assert_problem(refused, 405, "method_not_allowed")
    assert {*refused.headers["allow"].split(", ")} == {"GET", "HEAD", "PUT"}
    for method in ("GET", "PUT"):
        answer = await client.request(
            method, f"{path}?userId={uuid4()}", json=BODIES[path], headers=ada.headers
        )
        assert faults(answer) == [("userId", "unknown_parameter")]
        headers = {**ada.headers, "Accept": "text/html"}
        assert (await client.request(method, path, json=BODIES[path], headers=headers)).status_code == 406
    assert (await client.put(path, content=b"{}", headers=ada.headers)).status_code == 415


@pytest.mark.parametrize("path", PATHS)
async def test_a_repeated_call_is_answered_alike_and_counts_once(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first, again = [await put(client, ada, path, headers=key) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"] == (await get(client, ada, path)).headers["etag"]
    another = await put(client, ada, path, headers=key, interestThemeIds=["parks"])
    assert_problem(another, 409, "idempotency_key_reused")
    assert_problem(await put(client, ada, path, 1, headers=key), 409, "idempotency_key_reused")


@pytest.mark.parametrize("path", PATHS)
async def test_another_users_choices_are_neither_seen_nor_changed(
    client: httpx2.AsyncClient, ada: Person, seeded_url: str, path: str
) -> None:
    bob = person(seeded_url, "Bob")
    for revision in (None, 1):
        await put(client, ada, path, revision)
    before = (await get(client, ada, path)).content
    assert (await get(client, bob, path)).json()["revision"] is None
    # Neither a revision of hers, nor her entity tag, nor her Idempotency-Key is worth anything to him.
    etag = {"If-Match": (await get(client, ada, path)).headers["etag"]}
    assert (await put(client, bob, path, 2)).status_code == 409
    assert (await put(client, bob, path, headers=etag)).status_code == 412
    key = {"Idempotency-Key": str(uuid4())}
    await put(client, ada, path, 9, headers=key)
    his = await put(client, bob, path, headers=key, interestThemeIds=["museums"])
    assert (his.status_code, his.json()["userId"]) == (200, str(bob.id))
    assert his.json()["interestThemeIds"] == ["museums"]
    assert (await get(client, ada, path)).content == before
    assert (await get(client, bob, path)).content == his.content
    await put(client, bob, path, 1, interestThemeIds=[])
    assert (await get(client, ada, path)).content == before
