"""Walks over HTTP: told of, changed while they go on, ended, and listed."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.http.preferences import faults
from tests.http.support import assert_problem
from tests.http.walking.asking import COMPLETED, WALKS, ask, at, post, walk
from tests.people import Person, person
from tests.sql.support import Connection, value
from tests.walkways import Walkway, put_route

ENDED = "2026-05-01T11:30:00.5Z"
SHOWN = {
    "startedAt": "2026-05-01T10:00:00.000000Z",
    "endedAt": None,
    "revision": 1,
    "completionSummary": None,
}
CALM = [{"kind": "energy", "label": None, "value": 3, "unit": None}]


async def test_what_is_told_is_what_is_shown(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = walk(walkway)
    answer = await post(client, ada, WALKS, sent)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    spelled = [{"label": None, "unit": None, **stat} for stat in sent["secondaryStats"]]
    more = {"createdAt": shown["createdAt"], "updatedAt": shown["updatedAt"]}
    assert shown == {**sent, **SHOWN, "secondaryStats": spelled, **more}
    assert '"value":900}' in answer.text
    later = await ask(client, ada, "GET", answer.headers["location"])
    assert (later.status_code, later.content) == (200, answer.content)
    assert later.headers["etag"] == answer.headers["etag"]
    assert later.headers["cache-control"] == "private, no-cache"
    unchanged = await ask(client, ada, "GET", at(WALKS, sent["id"]), If_None_Match=later.headers["etag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_walk_is_changed_and_ended_and_then_stays_as_it_is(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = walk(walkway)
    first = (await post(client, ada, WALKS, sent)).json()
    path = at(WALKS, sent["id"])
    second = await ask(client, ada, "PATCH", path, {"secondaryStats": CALM, "expectedRevision": 1})
    expected = {**first, "secondaryStats": CALM, "revision": 2, "updatedAt": second.json()["updatedAt"]}
    assert (second.status_code, second.json()) == (200, expected)
    assert second.json()["updatedAt"] > first["updatedAt"]
    places = [str(walkway.pois[2])]
    ended = await ask(
        client, ada, "PATCH", path, {"endedAt": ENDED, "highlightedPoiIds": places, "primaryStats": []},
        If_Match=second.headers["etag"],
    )  # fmt: skip
    assert ended.status_code == 200, ended.text
    told = {
        "routeId": sent["routeId"],
        "startedAt": first["startedAt"],
        "endedAt": "2026-05-01T11:30:00.500000Z",
        "primaryStats": [],
        "secondaryStats": CALM,
        "highlightedPoiIds": places,
    }
    summary = {"walkSessionId": sent["id"], **told}
    assert ended.json() | told | {"revision": 3, "completionSummary": summary} == ended.json()
    late: list[dict[str, Any]] = [{"expectedRevision": 3, "endedAt": ENDED}, {"expectedRevision": 1}, {}]
    for body in late:
        assert_problem(await ask(client, ada, "PATCH", path, body), 409, "walk_ended")
    by_tag = await ask(client, ada, "PATCH", path, {}, If_Match=ended.headers["etag"])
    assert_problem(by_tag, 409, "walk_ended")
    shown = await ask(client, ada, "GET", path)
    assert (shown.content, shown.headers["etag"]) == (ended.content, ended.headers["etag"])


async def test_a_walk_may_have_ended_before_we_hear_of_it(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    sent = walk(walkway, endedAt="2026-05-01T12:00:00+02:00", secondaryStats=[], highlightedPoiIds=[])
    answer = (await post(client, ada, WALKS, sent)).json()
    assert answer["endedAt"] == answer["startedAt"] == answer["completionSummary"]["endedAt"]


@pytest.mark.parametrize("given", [None, 2, 2**31 - 1])
async def test_another_revision_is_told_and_changes_nothing(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, given: int | None
) -> None:
    sent = walk(walkway)
    before = await post(client, ada, WALKS, sent)
    path = at(WALKS, sent["id"])
    answer = await ask(client, ada, "PATCH", path, {"endedAt": ENDED, "expectedRevision": given})
    document = assert_problem(answer, 409, "revision_mismatch")
    assert (document["expectedRevision"], document["actualRevision"]) == (given, 1)
    stale = await ask(client, ada, "PATCH", path, {"endedAt": ENDED}, If_Match='"x"')
    assert_problem(stale, 412, "precondition_failed")
    assert (await ask(client, ada, "GET", path)).content == before.content


async def test_a_walk_is_told_of_once(client: httpx2.AsyncClient, ada: Person, walkway: Walkway) -> None:
    sent = walk(walkway)
    first = await post(client, ada, WALKS, sent)
    for body in (sent, {**sent, "endedAt": ENDED}):
        assert "PATCH" in assert_problem(await post(client, ada, WALKS, body), 409, "conflict")["detail"]
    assert (await ask(client, ada, "GET", at(WALKS, sent["id"]))).content == first.content


async def test_calls_sent_again_are_answered_alike_and_count_once(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, connection: Connection
) -> None:
    sent, key = walk(walkway), str(uuid4())
    path, body = at(WALKS, sent["id"]), {"endedAt": ENDED, "expectedRevision": 1}
    for method, where, what in (("POST", WALKS, sent), ("PATCH", path, body)):
        first, again = [await ask(client, ada, method, where, what, Idempotency_Key=key) for _ in range(2)]
        assert first.status_code == again.status_code == (201 if method == "POST" else 200), first.text
        assert again.content == first.content
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["etag"] == first.headers["etag"]
        other = await ask(client, ada, method, where, {**what, "secondaryStats": []}, Idempotency_Key=key)
        assert_problem(other, 409, "idempotency_key_reused")
    same = {"endedAt": "2026-05-01T13:30:00.500+02:00", "expectedRevision": 1.0}
    assert (await ask(client, ada, "PATCH", path, same, Idempotency_Key=key)).content == first.content
    assert value(connection, "select revision from walk_sessions where id = %s", sent["id"]) == 2


MANY = [{"kind": "count", "label": str(number), "value": 1} for number in range(101)]
LISTS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"primaryStats": [{"kind": "energy", "value": 1}, {"kind": "distance", "value": 1, "unit": "m"}, 5]},
     [("/primaryStats/2", "wrong_type"), ("/primaryStats/0/kind", "unknown_choice"),
      ("/primaryStats/1/unit", "unknown_field")]),
    ({"primaryStats": [{"kind": "distance", "value": -1}, {"kind": "duration"}, {"value": "1"}]},
     [("/primaryStats/0/value", "invalid_number"), ("/primaryStats/1/value", "missing_field"),
      ("/primaryStats/2/value", "invalid_number"), ("/primaryStats/2/kind", "missing_field")]),
    ({"primaryStats": [{"kind": "distance", "value": 1}, {"kind": "distance", "value": 2}]},
     [("/primaryStats/1", "repeated")]),
    ({"secondaryStats": [{"kind": "count", "value": 1}, {"kind": "count", "label": "a", "value": 1},
                         {"kind": "energy", "label": "a", "value": 1}, {"kind": "count", "value": 2},
                         {"kind": "count", "label": "a", "value": 9, "unit": "x"}]},
     [("/secondaryStats/3", "repeated"), ("/secondaryStats/4", "repeated")]),
    ({"secondaryStats": [{"kind": "count", "label": " \t", "value": 1, "unit": ""},
                         {"kind": "count", "label": "a" * 65, "value": 1, "unit": "b" * 17}]},
     [("/secondaryStats/0/label", "blank"), ("/secondaryStats/0/unit", "blank"),
      ("/secondaryStats/1/label", "too_long"), ("/secondaryStats/1/unit", "too_long")]),
    ({"secondaryStats": MANY}, [("/secondaryStats", "too_many")]),
    ({"highlightedPoiIds": [str(uuid4()) for _ in range(101)]}, [("/highlightedPoiIds", "too_many")]),
    ({"highlightedPoiIds": [str(uuid4()), "x", None]},
     [("/highlightedPoiIds/1", "invalid_id"), ("/highlightedPoiIds/2", "wrong_type")]),
    ({"endedAt": "2026-05-01T09:59:59.999999Z"}, [("/endedAt", "before_start")]),
    ({"endedAt": "yesterday", "createdAt": ENDED},
     [("/endedAt", "invalid_timestamp"), ("/createdAt", "unknown_field")]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "wrong"), LISTS)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_everything_that_is_wrong_with_figures_is_told(
    client: httpx2.AsyncClient,
    ada: Person,
    walkway: Walkway,
    method: str,
    changes: dict[str, Any],
    wrong: list[tuple[str, str]],
) -> None:
    sent = walk(walkway)
    if method == "POST":
        assert faults(await post(client, ada, WALKS, {**sent, **changes})) == wrong
        assert_problem(await ask(client, ada, "GET", at(WALKS, sent["id"])), 404, "not_found")
        return
    before = await post(client, ada, WALKS, sent)
    path = at(WALKS, sent["id"])
    assert faults(await ask(client, ada, "PATCH", path, {"expectedRevision": 1, **changes})) == wrong
    assert (await ask(client, ada, "GET", path)).content == before.content


async def test_everything_else_that_is_wrong_is_told(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, url: str, connection: Connection
) -> None:
    names = ("id", "routeId", "startedAt", "primaryStats", "secondaryStats", "highlightedPoiIds")
    nothing = await post(client, ada, WALKS, {"userId": str(ada.id), "expectedRevision": 1, "revision": 1})
    unknown = [(f"/{name}", "unknown_field") for name in ("expectedRevision", "revision", "userId")]
    assert faults(nothing) == [*((f"/{name}", "missing_field") for name in names), *unknown]
    for early in ("1899-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z"):
        sent = walk(walkway, startedAt=early, endedAt=early)
        assert faults(await post(client, ada, WALKS, sent)) == [
            ("/startedAt", "invalid_timestamp"),
            ("/endedAt", "invalid_timestamp"),
        ]
    his = put_route(connection, person(url, "Bob").id)
    places = [str(uuid4()), str(walkway.pois[0]), str(uuid4())]
    answer = await post(client, ada, WALKS, walk(his, highlightedPoiIds=places))
    unseen = [("/highlightedPoiIds/0", "unknown_key"), ("/highlightedPoiIds/2", "unknown_key")]
    assert faults(answer) == [("/routeId", "unknown_key"), *unseen]
    assert (await ask(client, ada, "GET", COMPLETED)).json()["data"] == []
    kept = walk(walkway)
    await post(client, ada, WALKS, kept)
    changes = {"highlightedPoiIds": places, "endedAt": "2026-04-01T00:00:00Z", "expectedRevision": 1}
    patched = await ask(client, ada, "PATCH", at(WALKS, kept["id"]), changes)
    assert faults(patched) == [("/endedAt", "before_start"), *unseen]
    taken = await ask(client, ada, "PATCH", at(WALKS, kept["id"]), {"routeId": str(walkway.id), "id": "x"})
    assert faults(taken) == [("/id", "unknown_field"), ("/routeId", "unknown_field")]


@pytest.mark.parametrize("moment", [
    "1900-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
])  # fmt: skip
async def test_the_clock_of_a_device_may_be_wrong(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway, moment: str
) -> None:
    sent = walk(walkway, startedAt=moment, endedAt=moment)
    shown = (await post(client, ada, WALKS, sent)).json()
    assert datetime.fromisoformat(shown["endedAt"]) == datetime.fromisoformat(moment)
    page = (await ask(client, ada, "GET", f"{COMPLETED}?limit=1")).json()
    assert page["data"] == [shown["completionSummary"]]


async def test_the_longest_lists_and_the_largest_figures(
    client: httpx2.AsyncClient, ada: Person, walkway: Walkway
) -> None:
    largest = [{"kind": "distance", "value": 1.7976931348623157e308}, {"kind": "duration", "value": 5e-324}]
    sent = walk(walkway, primaryStats=largest, secondaryStats=MANY[:100])
    answer = await post(client, ada, WALKS, sent)
    assert answer.status_code == 201, answer.text
    shown = await ask(client, ada, "GET", at(WALKS, sent["id"]))
    assert shown.content == answer.content
    assert shown.json()["primaryStats"] == largest
    assert [stat["label"] for stat in shown.json()["secondaryStats"]] == [str(n) for n in range(100)]
    patched = await ask(client, ada, "PATCH", at(WALKS, sent["id"]), {
        "secondaryStats": [*MANY[50:100][::-1]], "expectedRevision": 1,
    })  # fmt: skip
    assert [stat["label"] for stat in patched.json()["secondaryStats"]] == [str(n) for n in range(99, 49, -1)]


async def test_the_newest_end_comes_first(client: httpx2.AsyncClient, ada: Person, walkway: Walkway) -> None:
    """Two ends at each moment, which are in the order of their ids, and one walk that goes on."""
    ends = [f"2026-05-01T1{hour}:00:00Z" for hour in (3, 1, 2) for _ in range(2)]
    sent = [walk(walkway, endedAt=end) for end in ends]
    for one in [*sent, walk(walkway)]:
        assert (await post(client, ada, WALKS, one)).status_code == 201
    order = [one["id"] for one in sorted(sent, key=lambda one: (one["endedAt"], one["id"]), reverse=True)]
    path, pages = f"{COMPLETED}?limit=4", []
    while path:
        pages.append((await ask(client, ada, "GET", path)).json())
        path = pages[-1]["links"]["next"]
    ids = [[row["walkSessionId"] for row in page["data"]] for page in pages]
    assert ids == [order[:4], order[4:]]
    back = (await ask(client, ada, "GET", pages[1]["links"]["prev"])).json()
    assert back["data"] == pages[0]["data"]
    assert back["links"]["prev"] is None
    shown = (await ask(client, ada, "GET", at(WALKS, order[0]))).json()
    assert pages[0]["data"][0] == shown["completionSummary"]


async def test_what_is_no_id_is_nothing(client: httpx2.AsyncClient, ada: Person) -> None:
    for one in ("x", uuid4()):
        assert_problem(await ask(client, ada, "GET", at(WALKS, one)), 404, "not_found")
        patched = await ask(client, ada, "PATCH", at(WALKS, one), {"expectedRevision": 1})
        assert_problem(patched, 404, "not_found")
    refused = await ask(client, ada, "DELETE", at(WALKS, uuid4()))
    assert_problem(refused, 405, "method_not_allowed")
    assert {*refused.headers["allow"].split(", ")} >= {"GET", "PATCH"}


async def test_a_path_of_its_own_is_no_id(client: httpx2.AsyncClient, ada: Person) -> None:
    refused = await ask(client, ada, "PATCH", f"{WALKS}/completed", {"expectedRevision": 1})
    assert_problem(refused, 405, "method_not_allowed")
    assert {*refused.headers["allow"].split(", ")} == {"GET", "HEAD"}
