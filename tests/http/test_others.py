"""Another user's id gives nothing and changes nothing, on every path of people and of what is theirs."""

from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from psycopg import sql
from pytest_postgresql.executors import NoopExecutor

from tests.http.preferences import BODIES, PREFERENCES, serving
from tests.http.support import assert_problem
from tests.kept import put_bundle, put_note, put_progress, put_walk
from tests.people import Person, person
from tests.promises import Promise
from tests.sql.support import Connection, column, connect, scratch_database
from tests.walkways import put_route
from wildside.inbound.http.urls import ROUTES

PATHS = sorted(
    (method, route.path)
    for route in ROUTES
    if route.path.startswith("/api/v1/")
    for method in {*(route.methods or ())} - {"HEAD"}
)
CALLS = [(method, path) for method, path in PATHS if path.startswith("/api/v1/users")]
PUBLIC = ("/api/v1/reference/", "/api/v1/pois/")
"""What is nobody's."""
WITH_IDS = [(method, path) for method, path in PATHS if "{" in path and not path.startswith(PUBLIC)]
ROWS = """
select to_jsonb(u), (select to_jsonb(p) from user_preferences p where p.user_id = u.id),
       (select jsonb_agg(to_jsonb(t)) from user_interest_themes t where t.user_id = u.id),
       (select jsonb_agg(to_jsonb(s)) from sessions s where s.user_id = u.id)
  from users u where u.id = %s
"""
OWNED = """
select table_name from information_schema.columns
 where table_schema = 'public' and column_name = 'user_id' order by 1
"""

Ids = Mapping[str, UUID]
"""What stands in a path → an id of somebody's."""


def route(connection: Connection, hers: UUID) -> Ids:
    """A route of hers alone, with a note and progress."""
    return _annotated(connection, hers, hers)


def note(connection: Connection, hers: UUID) -> Ids:
    """A note of hers along a route that is everybody's."""
    return _annotated(connection, hers, None)


def _annotated(connection: Connection, hers: UUID, owner: UUID | None) -> Ids:
    way = put_route(connection, owner)
    made = put_note(connection, hers, way.id)
    put_progress(connection, hers, way)
    return {"id": way.id, "noteId": made}


def bundle(connection: Connection, hers: UUID) -> Ids:
    """A bundle of hers, of a route that is everybody's."""
    return {"id": put_bundle(connection, hers, put_route(connection).id)}


def walk(connection: Connection, hers: UUID) -> Ids:
    """A walk of hers that goes on, along a route that is everybody's."""
    return {"id": put_walk(connection, hers, put_route(connection).id)}


HERS: dict[str, list[Callable[[Connection, UUID], Ids]]] = {
    "/api/v1/routes/{id}/notes/{noteId}": [route, note],
    "/api/v1/routes/{id}": [route],
    "/api/v1/offline/bundles/{id}": [bundle],
    "/api/v1/walk-sessions/{id}": [walk],
}
"""How a path begins → ways to put something of hers there; the first that fits. A new path belongs here."""

SENT: dict[tuple[str, str], Callable[[Ids], Any]] = {
    ("POST", "/api/v1/routes/{id}/notes"): lambda ids: {"noteId": str(ids["noteId"]), "body": "Mine"},
    ("PUT", "/api/v1/routes/{id}/progress"): lambda _: {"visitedStopIds": []},
    ("PATCH", "/api/v1/walk-sessions/{id}"): lambda _: {"highlightedPoiIds": []},
}
"""Method and path → a body that would be taken from her."""


def test_no_path_takes_an_id_of_a_user() -> None:
    assert len(CALLS) == 7
    assert [path for _, path in CALLS if "{" in path] == []


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_anothers_id_gives_nothing_and_changes_nothing(seeded_url: str, method: str, path: str) -> None:
    ada, eve = person(seeded_url, "Ada"), person(seeded_url, "Eve")
    async with serving(seeded_url) as client:
        kept = await client.put(PREFERENCES, json=BODIES[PREFERENCES], headers=ada.headers)
        assert kept.status_code == 200, kept.text
        with psycopg.connect(seeded_url, autocommit=True) as connection:
            before = connection.execute(ROWS, [ada.id]).fetchall()
            named = {"userId": str(ada.id)}
            body = {**BODIES.get(path, {}), **named} if method == "PUT" else None
            for parameters in ({}, named) if body else (named,):
                answer = await client.request(method, path, params=parameters, json=body, headers=eve.headers)
                assert answer.status_code in {400, 403}, answer.text
                assert str(ada.id) not in answer.text
                assert connection.execute(ROWS, [ada.id]).fetchall() == before


def ways(path: str) -> list[Callable[[Connection, UUID], Ids]]:
    return next((found for start, found in HERS.items() if path.startswith(start)), [])


def test_every_path_with_an_id_is_tried(promise: Promise) -> None:
    assert [path for _, path in WITH_IDS if not ways(path)] == [], "add it to HERS"
    unsent = [call for call in WITH_IDS if call[0] in {"POST", "PUT", "PATCH"} and call not in SENT]
    assert unsent == [], "add it to SENT"
    tried = [put for call in WITH_IDS for put in ways(call[1])]
    promise(10, calls_with_ids=len(WITH_IDS), ways_to_try_them=len(tried), calls_without=len(CALLS))


@pytest.fixture(scope="module")
def others_url(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[str]:
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        yield url


@pytest.mark.parametrize(
    ("method", "path", "put"), [(*call, put) for call in WITH_IDS for put in ways(call[1])]
)
async def test_what_is_anothers_is_not_there(
    others_url: str, method: str, path: str, put: Callable[[Connection, UUID], Ids]
) -> None:
    """She who has it is answered, so that it is for being hers that it is not there for another."""
    ada, eve = person(others_url, "Ada"), person(others_url, "Eve")
    with connect(others_url) as connection:
        ids = put(connection, ada.id)
        before = rows_of(connection, ada.id)
        body = SENT[method, path](ids) if (method, path) in SENT else None
        async with serving(others_url) as client:

            async def ask(who: Person, named: Ids) -> httpx2.Response:
                # Whatever its revision is.
                headers = {**who.headers, **({"If-Match": "*"} if body is not None else {})}
                return await client.request(method, path.format_map(named), json=body, headers=headers)

            answer, nobodys = await ask(eve, ids), await ask(eve, dict.fromkeys(ids, uuid4()))
            told = assert_problem(answer, 404, "not_found")
            # Nor can anybody tell from the answer that there is such a thing.
            assert told["detail"] == assert_problem(nobodys, 404, "not_found")["detail"]
            assert rows_of(connection, ada.id) == before
            answer = await ask(ada, ids)
            assert answer.status_code < 300, answer.text


def rows_of(connection: Connection, user_id: UUID) -> dict[str, list[Any]]:
    """Every row of a user, by table."""
    query = "select to_jsonb(t) from {} t where user_id = %s order by 1"
    return {
        table: connection.execute(sql.SQL(query).format(sql.Identifier(table)), [user_id]).fetchall()
        for table in column(connection, OWNED)
    }
