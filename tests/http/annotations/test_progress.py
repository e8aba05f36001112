"""Progress over HTTP; and what notes and progress have in common: revisions, tags, who may ask."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.http.annotations.asking import KINDS, Walker, path_of
from tests.http.preferences import faults
from tests.http.support import assert_problem
from tests.people import Person, person
from tests.sql.support import Connection
from tests.walkways import Walkway, put_route
from wildside.domain.progress import MOST
from wildside.outbound.postgres.session import Session

CALLS: list[tuple[str, tuple[str, ...]]] = [
    ("GET", ("annotations",)), ("POST", ("notes",)), ("PUT", ("progress",)),
    ("GET", ("notes", str(uuid4()))), ("DELETE", ("notes", str(uuid4()))),
]  # fmt: skip


@pytest.fixture
def walker(client: httpx2.AsyncClient, ada: Person, way: Walkway) -> Walker:
    return Walker(client, ada, way)


async def test_progress_is_kept_in_its_order_and_shown_as_it_was_stored(walker: Walker) -> None:
    one, two, three = walker.way.stops
    for revision, stops in enumerate([[two], [two, one], [three, one, two], [], [one]]):
        answer = await walker.come(stops, revision or None)
        shown = answer.json()
        assert answer.status_code == 200, answer.text
        assert (await walker.page()).json()["progress"] == shown
        assert shown.pop("updatedAt").endswith("Z")
        assert shown == {
            "routeId": str(walker.way.id),
            "visitedStopIds": [*map(str, stops)],
            "revision": revision + 1,
        }


async def test_every_stop_of_another_route_is_told(walker: Walker, walks: Connection) -> None:
    other, own = put_route(walks).stops[0], walker.way.stops[0]
    told = [("/visitedStopIds/0", "unknown_key"), ("/visitedStopIds/2", "unknown_key")]
    assert faults(await walker.come([uuid4(), own, other])) == told
    assert await walker.kept("progress") is None


@pytest.mark.parametrize(("stops", "wrong"), [
    (None, [("/visitedStopIds", "missing_field")]),
    ("x", [("/visitedStopIds", "wrong_type")]),
    (["x", None, 5], [("/visitedStopIds/0", "invalid_id"), ("/visitedStopIds/1", "wrong_type"),
                      ("/visitedStopIds/2", "invalid_id")]),
    ([str(uuid4())] * 2, [("/visitedStopIds/1", "repeated")]),
    ([str(uuid4()) for _ in range(MOST + 1)], [("/visitedStopIds", "too_many")]),
], ids=["none", "text", "junk", "twice", "many"])  # fmt: skip
async def test_what_is_wrong_with_visits_is_told(
    walker: Walker, stops: Any, wrong: list[tuple[str, str]]
) -> None:
    answer = await walker.come([], visitedStopIds=stops, a=1)
    assert faults(answer) == [*wrong, ("/a", "unknown_field")]


async def test_a_thousand_stops(walker: Walker, walks: Connection) -> None:
    more = """insert into route_stops (route_id, id, position, poi_id)
        select %s, gen_random_uuid(), n, %s from generate_series(3, 999) n returning id"""
    found = walks.execute(more.encode(), [walker.way.id, walker.way.pois[0]]).fetchall()
    stops = [*walker.way.stops, *(stop for (stop,) in found)]
    assert len(stops) == MOST
    for revision, order in enumerate((stops, stops[::-1])):
        answer = await walker.come(order, revision or None)
        assert answer.json()["visitedStopIds"] == [*map(str, order)], answer.text
        assert (await walker.kept("progress"))["visitedStopIds"] == [*map(str, order)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [None, 1, 3, 2**31 - 1])
async def test_another_revision_is_told_and_changes_nothing(
    walker: Walker, kind: str, given: int | None
) -> None:
    for revision in (None, 1):
        await walker.change(kind, revision)
    before = await walker.kept(kind)
    document = assert_problem(await walker.change(kind, given, number=1), 409, "revision_mismatch")
    assert (document["expectedRevision"], document["actualRevision"]) == (given, 2)
    assert await walker.kept(kind) == before


@pytest.mark.parametrize("kind", KINDS)
async def test_a_revision_of_what_is_not_there_yet_is_a_mismatch(walker: Walker, kind: str) -> None:
    document = assert_problem(await walker.change(kind, 1), 409, "revision_mismatch")
    assert (document["expectedRevision"], document["actualRevision"]) == (1, None)
    document = assert_problem(
        await walker.change(kind, headers={"If-Match": "*"}), 412, "precondition_failed"
    )
    assert (document["expectedRevision"], document["actualRevision"]) == (None, None)
    assert await walker.kept(kind) is None


@pytest.mark.parametrize("kind", KINDS)
async def test_tags_are_another_spelling_of_the_expected_revision(
    walker: Walker, walks: Connection, walks_url: str, kind: str
) -> None:
    star = {"If-None-Match": "*"}
    tags = [(await walker.change(kind, headers=star)).headers["etag"]]
    assert_problem(await walker.change(kind, headers=star), 412, "precondition_failed")
    for revision in (2, 3):
        answer = await walker.change(kind, headers={"If-Match": tags[-1]}, number=revision)
        assert (answer.status_code, answer.json()["revision"]) == (200, revision), answer.text
        tags.append(answer.headers["etag"])
    assert len({*tags}) == 3
    document = assert_problem(
        await walker.change(kind, headers={"If-Match": f"{tags[0]}, {tags[1]}"}), 412, "precondition_failed"
    )
    assert (document["expectedRevision"], document["actualRevision"]) == (None, 3)
    # Neither of another user, nor of another route, nor of the other kind.
    bob = Walker(walker.client, person(walks_url, "Bob"), walker.way)
    elsewhere = Walker(walker.client, walker.who, put_route(walks))
    (other_kind,) = {*KINDS} - {kind}
    for other, what in ((bob, kind), (elsewhere, kind), (walker, other_kind)):
        for seen in (None, 1, 2):
            foreign = await other.change(what, seen)
        assert foreign.json()["revision"] == 3
        refused = await walker.change(kind, headers={"If-Match": foreign.headers["etag"]})
        assert_problem(refused, 412, "precondition_failed")
    assert faults(await walker.change(kind, 2, {"If-Match": tags[2]})) == [("If-Match", "contradiction")]
    assert (await walker.change(kind, 3, {"If-Match": tags[2]})).json()["revision"] == 4
    assert (await walker.change(kind, headers={"If-Match": "*"})).json()["revision"] == 5


async def test_a_repeated_call_is_answered_alike_and_counts_once(walker: Walker) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first, again = [await walker.come(walker.way.stops, headers=key) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content) == (200, first.content)
    assert (again.headers["idempotency-replayed"], again.headers["etag"]) == ("true", first.headers["etag"])
    for stops, revision in ((walker.way.stops[::-1], None), (walker.way.stops, 1)):
        answer = await walker.come(stops, revision, headers=key)
        assert_problem(answer, 409, "idempotency_key_reused")
    assert (await walker.kept("progress"))["revision"] == 1


@pytest.mark.parametrize(("method", "rest"), CALLS)
async def test_nobody_is_told_before_anything_is_read(
    client: httpx2.AsyncClient, method: str, rest: tuple[str, ...]
) -> None:
    for route in ("x", str(uuid4())):
        path = "/".join(["/api/v1/routes", route, *rest])
        assert_problem(await client.request(method, path, content=b"{"), 401, "unauthorized")


@pytest.mark.parametrize(("method", "rest"), CALLS)
async def test_a_route_that_is_not_there_is_not_found(
    walker: Walker, method: str, rest: tuple[str, ...]
) -> None:
    body = {"notes": {"noteId": str(uuid4()), "body": "a"}, "progress": {"visitedStopIds": []}}.get(rest[0])
    for route in (str(uuid4()), "x", "0", str(walker.way.id)[:-1], "%00"):
        path = "/".join(["/api/v1/routes", route, *rest])
        sent = body if method in {"POST", "PUT"} else None
        answer = await walker.client.request(method, path, json=sent, headers=walker.who.headers)
        assert_problem(answer, 404, "not_found")
    if len(rest) == 2:
        assert_problem(await walker.ask(method, "notes", "x"), 404, "not_found")


async def test_other_methods_parameters_and_types_are_refused(walker: Walker) -> None:
    for path, allowed in (
        ("annotations", {"GET", "HEAD"}),
        ("notes", {"POST"}),
        (f"notes/{uuid4()}", {"GET", "HEAD", "DELETE"}),
        ("progress", {"PUT"}),
    ):
        refused = await walker.ask("PATCH", path)
        assert_problem(refused, 405, "method_not_allowed")
        assert {*refused.headers["allow"].split(", ")} == allowed
    for method, rest in CALLS:
        answer = await walker.ask(
            method, *rest, query="?userId=1", body={} if method in {"POST", "PUT"} else None
        )
        assert faults(answer) == [("userId", "unknown_parameter")]
        if method != "DELETE":
            answer = await walker.ask(method, *rest, headers={"Accept": "text/html"})
            assert_problem(answer, 406, "not_acceptable")
    for method in ("POST", "PUT"):
        path = path_of(walker.way, "notes" if method == "POST" else "progress")
        answer = await walker.client.request(method, path, content=b"{}", headers=walker.who.headers)
        assert_problem(answer, 415, "unsupported_media_type")


async def test_an_own_route_may_be_annotated_and_that_of_another_not(
    walker: Walker, walks: Connection, walks_url: str
) -> None:
    own = Walker(walker.client, walker.who, put_route(walks, walker.who.id))
    bob = Walker(walker.client, person(walks_url, "Bob"), own.way)
    for kind in KINDS:
        assert (await own.change(kind)).status_code < 300
        assert_problem(await bob.change(kind), 404, "not_found")
    assert_problem(await bob.page(), 404, "not_found")
    assert (await own.page()).status_code == 200


async def test_what_a_change_costs(walker: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who it is; then whether the route is there, and what is asked for."""
    asked: list[str] = []
    rows = Session.rows

    async def counted(self: Session, sql: str, *arguments: Any) -> Any:
        asked.append(sql)
        return await rows(self, sql, *arguments)

    monkeypatch.setattr(Session, "rows", counted)
    for ask, statements in (
        (walker.change("note"), 2), (walker.change("note", 1), 2), (walker.page(), 3),
        (walker.change("progress"), 4), (walker.change("progress", 1), 4),
        (walker.ask("GET", "notes", walker.way.id), 1), (walker.ask("DELETE", "notes", walker.way.id), 1),
    ):  # fmt: skip
        asked.clear()
        answer = await ask
        assert answer.status_code < 300, answer.text
        assert len(asked) == 1 + statements, asked
