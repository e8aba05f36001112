"""Whatever is wrong with a table, every path answers with a problem, and never with what is wrong."""

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from psycopg import sql
from pytest_postgresql.executors import NoopExecutor

from tests.http.city import fill
from tests.http.preferences import BODIES, INTERESTS, PREFERENCES, serving
from tests.http.support import assert_nothing_leaks, assert_problem
from tests.http.walking.asking import BUNDLES, COMPLETED, DEVICE, WALKS, manifest, walk
from tests.kept import put_bundle, put_note, put_progress, put_provenance, put_walk
from tests.people import person
from tests.sql.support import connect, scratch_database
from tests.walkways import put_route
from wildside.domain.errors import QueryFailed
from wildside.inbound.http.urls import ROUTES

ROUTE = "/api/v1/routes/{id}"
ANNOTATIONS, NOTES = f"{ROUTE}/annotations", f"{ROUTE}/notes"
NOTE, PROGRESS = f"{NOTES}/{{noteId}}", f"{ROUTE}/progress"
BUNDLE, ONE_WALK = f"{BUNDLES}/{{id}}", f"{WALKS}/{{id}}"
POIS, POI, EXPLORE = "/api/v1/pois", "/api/v1/pois/{id}", "/api/v1/catalogue/explore"
USERS, ME = "/api/v1/users", "/api/v1/users/me"
PROVENANCE = "/api/v1/admin/enrichment/provenance"
NOTHING = "postgresql://nobody@127.0.0.1:1/nothing"

Call = tuple[str, str]

MALFORMED: dict[Call, tuple[str, str, str | None]] = {
    ("GET", ROUTE): ("routes", "distance_metres", "-1"),
    ("GET", EXPLORE): ("route_summaries", "rating", "7"),
    ("GET", PREFERENCES): ("user_preferences", "revision", "0"),
    ("PUT", PREFERENCES): ("user_preferences", "revision", "-1"),
    ("GET", INTERESTS): ("user_preferences", "revision", "0"),
    ("PUT", INTERESTS): ("user_preferences", "revision", "-1"),
    ("GET", ANNOTATIONS): ("route_notes", "revision", "0"),
    ("POST", NOTES): ("route_notes", "revision", "-1"),
    ("GET", NOTE): ("route_notes", "revision", "0"),
    ("PUT", PROGRESS): ("route_progress", "revision", "-1"),
    ("GET", BUNDLES): ("offline_bundles", "revision", "0"),
    ("POST", BUNDLES): ("offline_bundles", "revision", "0"),
    ("GET", BUNDLE): ("offline_bundles", "revision", "0"),
    ("PATCH", ONE_WALK): ("walk_sessions", "revision", "0"),
    ("GET", ONE_WALK): ("walk_sessions", "revision", "0"),
    ("GET", COMPLETED): ("walk_sessions", "revision", "0"),
    ("GET", PROVENANCE): ("enrichment_provenance", "min_lng", "999"),
}
"""Method and path → a column of its table, and what no row of ours can have there."""

REMOVED: dict[Call, str] = {
    **{call: table for call, (table, _, _) in MALFORMED.items()},
    ("GET", USERS): "users",
    ("GET", ME): "users",
    ("GET", POIS): "pois",
    ("GET", POI): "pois",
    ("GET", "/api/v1/catalogue/descriptors"): "reference_metadata",
    ("POST", "/api/v1/login"): "user_credentials",
    ("POST", "/api/v1/logout"): "sessions",
    ("DELETE", ME): "users",
    ("DELETE", NOTE): "route_notes",
    ("DELETE", BUNDLE): "offline_bundles",
    ("POST", WALKS): "walk_sessions",
}
"""Method and path → a table that it cannot do without."""

SENT = {"username": "ada", "password": "a-walk-in-the-park"}


class City:
    """A database with a row of everything, all of it of one person, who may see all."""

    def __init__(self, url: str) -> None:
        self.url, self.who = url, person(url, "Ada", "admin")
        with connect(url) as connection:
            self.way = put_route(connection)
            self.id = self.way.id
            connection.execute(CHOSEN, [self.who.id])
            put_note(connection, self.who.id, self.id, self.id)
            put_progress(connection, self.who.id, self.way)
            put_bundle(connection, self.who.id, self.id, DEVICE, self.id)
            put_walk(connection, self.who.id, self.id, self.id, ended=True)
            put_provenance(connection, self.id, self.id)

    def path(self, method: str, path: str) -> str:
        found = path.format_map({"id": self.way.pois[0] if path == POI else self.id, "noteId": self.id})
        if path == POIS:
            return f"{found}?near=24.94,60.17"
        return f"{found}?deviceId={DEVICE}" if path == BUNDLES and method == "GET" else found

    def body(self, method: str, path: str) -> Any:
        return {
            ("PUT", PREFERENCES): BODIES[PREFERENCES],
            ("PUT", INTERESTS): BODIES[INTERESTS],
            ("POST", NOTES): {"noteId": str(self.id), "body": "Ducks."},
            ("PUT", PROGRESS): {"visitedStopIds": []},
            ("POST", BUNDLES): manifest(self.way, id=str(self.id)),
            ("POST", WALKS): walk(self.way),
            ("PATCH", ONE_WALK): {},
            ("POST", "/api/v1/login"): SENT,
        }.get((method, path))

    async def ask(self, client: httpx2.AsyncClient, method: str, path: str) -> httpx2.Response:
        body = self.body(method, path)
        headers = {**self.who.headers, **({"If-Match": "*"} if body and path != WALKS else {})}
        return await client.request(method, self.path(method, path), json=body, headers=headers)


CHOSEN = """
insert into user_preferences (user_id, unit_system, revision) select %s, slug, 1 from unit_systems limit 1
"""

CHECKS = """
select conname from pg_constraint where conrelid = %s::regclass and contype = 'c'
"""


def spoil(url: str, table: str, column: str, value: str | None) -> None:
    """Write past the constraints what no row can have, as a hand or another program may."""
    with connect(url) as connection:
        names = [name for (name,) in connection.execute(CHECKS, [table]).fetchall()]
        for name in names:
            drop = sql.SQL("alter table {} drop constraint {}")
            connection.execute(drop.format(sql.Identifier(table), sql.Identifier(name)))
        parts = sql.Identifier(table), sql.Identifier(column)
        connection.execute(sql.SQL("alter table {} alter column {} drop not null").format(*parts))
        connection.execute(sql.SQL("update {} set {} = %s").format(*parts), [value])


@pytest.fixture(scope="module")
def city(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[City]:
    with scratch_database(cluster, template=seeded_template.template_dbname) as url:
        yield City(url)


def test_every_path_is_tried() -> None:
    calls = {
        (method, route.path)
        for route in ROUTES
        for method in {*(route.methods or ())} - {"HEAD"}
        if not route.path.startswith(("/health", "/docs", "/api/v1/reference"))
    }
    assert REMOVED.keys() == calls


@pytest.mark.parametrize(("method", "path"), REMOVED)
async def test_a_path_whose_table_is_gone_is_not_migrated(city: City, method: str, path: str) -> None:
    table = sql.Identifier(REMOVED[method, path])
    with connect(city.url) as connection:
        connection.execute(sql.SQL("alter table {} rename to gone").format(table))
        try:
            async with serving(city.url) as client:
                answer = await city.ask(client, method, path)
        finally:
            connection.execute(sql.SQL("alter table gone rename to {}").format(table))
    assert_problem(answer, 503, "schema_mismatch")
    assert answer.headers["retry-after"] == "30"
    assert_nothing_leaks(answer, sorted({REMOVED[method, path], "relation"} - {*path.split("/")}))


@pytest.mark.parametrize(("method", "path"), REMOVED)
async def test_a_path_without_a_database_is_unavailable(city: City, method: str, path: str) -> None:
    async with serving(NOTHING) as client:
        answer = await city.ask(client, method, path)
    assert_problem(answer, 503, "database_unavailable")


@pytest.mark.parametrize(("method", "path"), MALFORMED)
async def test_a_row_that_cannot_be_is_our_fault(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    errors: list[Any] = []
    log = SimpleNamespace(exception=lambda *_, **__: errors.append(sys.exception()))
    monkeypatch.setattr("wildside.inbound.http.tracing.log", log)
    city, (table, column, value) = City(seeded_url), MALFORMED[method, path]
    if path == EXPLORE:
        await fill(seeded_url)
    spoil(seeded_url, table, column, value)
    async with serving(seeded_url) as client:
        answer = await city.ask(client, method, path)
    assert_problem(answer, 500, "internal_error")
    assert_nothing_leaks(answer, [column, "QueryFailed"])
    assert (len(errors), [*map(type, errors)]) == (1, [QueryFailed])
    assert f"a row of {table} that cannot be" in str(errors[0])


@pytest.mark.parametrize(("method", "path"), REMOVED)
async def test_what_is_whole_is_answered(seeded_url: str, method: str, path: str) -> None:
    """So that it is for the table that it was not."""
    city = City(seeded_url)
    async with serving(seeded_url) as client:
        answer = await city.ask(client, method, path)
    expected = {"/api/v1/login": 401, ONE_WALK: 409 if method == "PATCH" else 200}
    assert answer.status_code == expected.get(path, answer.status_code), answer.text
    assert answer.status_code < 300 or path in expected, answer.text
