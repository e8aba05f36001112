"""Notes over HTTP: written, read, removed, and listed with the progress."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from tests.http.annotations.asking import Walker, path_of
from tests.http.preferences import faults
from tests.http.support import assert_problem
from tests.people import Person, person
from tests.sql.support import Connection
from tests.walkways import Walkway, put_route
from wildside.domain.notes import LONGEST

NOBODYS = "0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11"


@pytest.fixture
def walker(client: httpx2.AsyncClient, ada: Person, way: Walkway) -> Walker:
    return Walker(client, ada, way)


async def test_a_route_without_annotations(walker: Walker) -> None:
    answer = await walker.page()
    path = path_of(walker.way, "annotations")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {
        "routeId": str(walker.way.id),
        "notes": {
            "data": [], "limit": 20, "links": {"self": f"{path}?limit=20", "next": None, "prev": None}
        },
        "progress": None,
    }  # fmt: skip


async def test_a_note_is_created_and_replaced_and_shown_as_it_was_stored(walker: Walker) -> None:
    note, place = uuid4(), str(walker.way.pois[1])
    first = await walker.write(note, body=" Ducks 🦆\n", poiId=place)
    shown = first.json()
    assert (first.status_code, first.headers["location"]) == (201, path_of(walker.way, "notes", note))
    moments = [shown.pop(name) for name in ("createdAt", "updatedAt")]
    assert moments[0] <= moments[1]
    assert shown == {
        "id": str(note), "routeId": str(walker.way.id), "poiId": place, "body": " Ducks 🦆\n", "revision": 1,
    }  # fmt: skip
    second = await walker.write(note, 1, body="Swans.")
    shown = second.json()
    assert (second.status_code, "location" in second.headers) == (200, False)
    assert (shown["body"], shown["poiId"], shown["revision"]) == ("Swans.", None, 2)
    assert shown["createdAt"] == moments[0] < shown["updatedAt"]
    later = await walker.ask("GET", "notes", note)
    assert (later.content, later.headers["etag"]) == (second.content, second.headers["etag"])
    assert later.headers["cache-control"] == "private, no-cache"
    assert (await walker.page()).json()["notes"]["data"] == [shown]


async def test_who_has_a_note_is_sent_nothing(walker: Walker) -> None:
    note = uuid4()
    etag = (await walker.write(note)).headers["etag"]
    answer = await walker.ask("GET", "notes", note, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    await walker.write(note, 1)
    assert (await walker.ask("GET", "notes", note, headers={"If-None-Match": etag})).status_code == 200


async def test_notes_come_in_pages_in_the_order_of_writing(walker: Walker, walks: Connection) -> None:
    written = [str((await walker.write(uuid4())).json()["id"]) for _ in range(5)]
    # All at one moment: then by id.
    same, found = sorted(written[1:4], key=lambda one: UUID(one).int), []
    update = "update route_notes set created_at = '2025-01-01' where id = any (%s::uuid[])"
    walks.execute(update.encode(), [same])
    await walker.come(walker.way.stops[:1])
    answer = await walker.page("?limit=2")
    links: list[Any] = []
    while True:
        document = answer.json()
        assert document["progress"]["visitedStopIds"] == [str(walker.way.stops[0])]
        found += [one["id"] for one in document["notes"]["data"]]
        links.append(document["notes"]["links"])
        assert links[-1]["self"].startswith(path_of(walker.way, "annotations") + "?")
        if links[-1]["next"] is None:
            break
        answer = await walker.client.get(links[-1]["next"], headers=walker.who.headers)
    assert found == [*same, written[0], written[4]]
    back = await walker.client.get(links[-1]["prev"], headers=walker.who.headers)
    assert [one["id"] for one in back.json()["notes"]["data"]] == found[2:4]


async def test_a_cursor_is_bound_to_its_route_and_faults_are_told_together(
    walker: Walker, walks: Connection
) -> None:
    for _ in range(2):
        await walker.write(uuid4())
    link = (await walker.page("?limit=1")).json()["notes"]["links"]["next"]
    cursor = link.partition("cursor=")[2]
    other = Walker(walker.client, walker.who, put_route(walks))
    assert faults(await other.page(f"?cursor={cursor}")) == [("cursor", "invalid_cursor")]
    assert {*faults(await walker.page("?cursor=x&limit=0&userId=1"))} == {
        ("userId", "unknown_parameter"), ("limit", "invalid_limit"), ("cursor", "invalid_cursor"),
    }  # fmt: skip


@pytest.mark.parametrize(("changes", "wrong"), [
    ({"noteId": None, "body": None}, [("/noteId", "missing_field"), ("/body", "missing_field")]),
    ({"noteId": "x", "poiId": 1, "body": " \n", "expectedRevision": 0, "userId": NOBODYS},
     [("/noteId", "invalid_id"), ("/body", "blank"), ("/poiId", "invalid_id"),
      ("/expectedRevision", "invalid_number"), ("/userId", "unknown_field")]),
    ({"body": ""}, [("/body", "blank")]),
    ({"body": "x" * (LONGEST + 1)}, [("/body", "too_long")]),
    ({"body": " " * (LONGEST + 1)}, [("/body", "too_long"), ("/body", "blank")]),
    ({"body": 5}, [("/body", "wrong_type")]),
    ({"body": "a\0"}, [("/body", "nul_character")]),
    ({"poiId": NOBODYS}, [("/poiId", "unknown_key")]),
])  # fmt: skip
async def test_what_is_wrong_with_a_note_is_told(
    walker: Walker, changes: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    assert faults(await walker.write(uuid4(), **changes)) == wrong
    assert (await walker.page()).json()["notes"]["data"] == []


async def test_the_longest_note_and_a_retired_place(walker: Walker, walks: Connection) -> None:
    walks.execute("update pois set retired_at = clock_timestamp() where id = %s", [walker.way.pois[0]])
    answer = await walker.write(uuid4(), body="🦆" * LONGEST, poiId=str(walker.way.pois[0]))
    assert (answer.status_code, answer.json()["body"]) == (201, "🦆" * LONGEST)


async def test_what_is_wrong_with_a_header_is_told_with_the_body(walker: Walker) -> None:
    answer = await walker.write(uuid4(), body="", headers={"If-Match": "x"})
    assert {*faults(answer)} == {("/body", "blank"), ("If-Match", "invalid_entity_tag")}
    # Without an id nothing can be said of its tags.
    answer = await walker.write(uuid4(), 1, noteId=None, headers={"If-Match": '"x"'})
    assert faults(answer) == [("/noteId", "missing_field")]


@pytest.mark.parametrize(("revision", "headers"), [
    (None, {}), (1, {}), (9, {}), (None, {"If-None-Match": "*"}), (None, {"If-Match": "*"}),
], ids=str)  # fmt: skip
async def test_a_note_stays_with_its_route(
    walker: Walker, walks: Connection, revision: int | None, headers: dict[str, str]
) -> None:
    note, other = uuid4(), Walker(walker.client, walker.who, put_route(walks))
    before = await walker.write(note)
    document = assert_problem(await other.write(note, revision, headers), 409, "conflict")
    assert "another route" in document["detail"]
    for method in ("GET", "DELETE"):
        assert_problem(await other.ask(method, "notes", note), 404, "not_found")
    assert (await walker.ask("GET", "notes", note)).content == before.content
    assert (await other.page()).json()["notes"]["data"] == []


async def test_a_note_is_removed_once(walker: Walker) -> None:
    note, other = uuid4(), uuid4()
    for each in (note, other):
        await walker.write(each)
    answer = await walker.ask("DELETE", "notes", note)
    assert (answer.status_code, answer.content) == (204, b""), answer.text
    assert_problem(await walker.ask("DELETE", "notes", note), 404, "not_found")
    assert_problem(await walker.ask("GET", "notes", note), 404, "not_found")
    assert [one["id"] for one in (await walker.page()).json()["notes"]["data"]] == [str(other)]
    # What comes under its id afterwards is a new note.
    assert (await walker.write(note)).status_code == 201


async def test_a_note_is_removed_if_it_is_the_one_that_is_meant(walker: Walker) -> None:
    note, other = uuid4(), uuid4()
    tags = [(await walker.write(note, revision)).headers["etag"] for revision in (None, 1)]
    foreign = (await walker.write(other)).headers["etag"]
    star = {"If-None-Match": "*"}
    for headers in ({"If-Match": tags[0]}, {"If-Match": foreign}, {"If-Match": f"W/{tags[1]}"}, star):
        answer = await walker.ask("DELETE", "notes", note, headers=headers)
        assert assert_problem(answer, 412, "precondition_failed")["actualRevision"] == 2
    wrong = await walker.ask("DELETE", "notes", note, headers={"If-Match": "x"}, query="?a=1")
    assert faults(wrong) == [("a", "unknown_parameter")]
    wrong = await walker.ask("DELETE", "notes", note, headers={"If-Match": "x"})
    assert faults(wrong) == [("If-Match", "invalid_entity_tag")]
    listed = {"If-Match": ", ".join(tags)}
    assert (await walker.ask("DELETE", "notes", note, headers=listed)).status_code == 204
    assert (await walker.ask("DELETE", "notes", other, headers={"If-Match": "*"})).status_code == 204
    for headers in ({"If-Match": "*"}, listed):
        assert_problem(await walker.ask("DELETE", "notes", note, headers=headers), 404, "not_found")


async def test_a_repeated_call_is_answered_alike_and_counts_once(walker: Walker) -> None:
    note, key = uuid4(), {"Idempotency-Key": str(uuid4())}
    first, again = [await walker.write(note, headers=key) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    for name in ("etag", "location"):
        assert first.headers[name] == again.headers[name]
    changes: list[dict[str, Any]] = [
        {"body": "Swans."}, {"noteId": str(uuid4())}, {"poiId": str(walker.way.pois[0])},
    ]  # fmt: skip
    for change in changes:
        another = await walker.write(note, headers=key, **change)
        assert_problem(another, 409, "idempotency_key_reused")
    assert_problem(await walker.write(note, 1, headers=key), 409, "idempotency_key_reused")
    # Removing is another kind of mutation, so it is another key.
    gone = [await walker.ask("DELETE", "notes", note, headers=key) for _ in range(2)]
    assert [(one.status_code, one.content) for one in gone] == [(204, b"")] * 2
    assert ["idempotency-replayed" in one.headers for one in gone] == [False, True]
    other = await walker.ask("DELETE", "notes", uuid4(), headers=key)
    assert_problem(other, 409, "idempotency_key_reused")
    # Written once, and not again.
    assert (await walker.write(note, headers=key)).content == first.content
    assert_problem(await walker.ask("GET", "notes", note), 404, "not_found")


async def test_a_key_that_was_used_along_one_route_is_none_for_another(
    walker: Walker, walks: Connection
) -> None:
    key, note = {"Idempotency-Key": str(uuid4())}, uuid4()
    other = Walker(walker.client, walker.who, put_route(walks))
    assert (await walker.write(note, headers=key)).status_code == 201
    assert_problem(await other.write(note, headers=key), 409, "idempotency_key_reused")
    assert (await walker.ask("DELETE", "notes", note, headers=key)).status_code == 204
    again = await other.ask("DELETE", "notes", note, headers=key)
    assert_problem(again, 409, "idempotency_key_reused")


async def test_two_people_may_have_notes_of_one_id(walker: Walker, walks_url: str, walks: Connection) -> None:
    bob, note = Walker(walker.client, person(walks_url, "Bob"), walker.way), uuid4()
    hers = await walker.write(note, body="Hers.")
    for headers in ({"If-Match": hers.headers["etag"]}, {"If-Match": "*"}):
        assert (await bob.write(note, headers=headers)).status_code == 412
    for method in ("GET", "DELETE"):
        assert_problem(await bob.ask(method, "notes", note), 404, "not_found")
    his = await bob.write(note, body="His.")
    assert (his.status_code, his.json()["body"]) == (201, "His.")
    assert his.headers["etag"] != hers.headers["etag"]
    assert str(walker.who.id.hex) not in hers.headers["etag"]
    assert (await bob.write(note, headers={"If-Match": hers.headers["etag"]})).status_code == 412
    assert (await bob.page()).json()["notes"]["data"] == [his.json()]
    assert (await bob.ask("DELETE", "notes", note)).status_code == 204
    assert (await walker.ask("GET", "notes", note)).content == hers.content
