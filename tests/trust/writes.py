"""Every write of the API, each for somebody new, and all that is stored of somebody."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import psycopg

from tests.http.preferences import BODIES, INTERESTS, PREFERENCES
from tests.http.walking.asking import BUNDLES, WALKS, manifest, walk
from tests.people import Person, person
from tests.walkways import Walkway, put_route

_OWNED = """
select t.table_name, case t.table_name when 'users' then 'id' else 'user_id' end
  from information_schema.tables t
 where t.table_schema = 'public' and t.table_type = 'BASE TABLE'
   and (t.table_name = 'users' or exists (
           select from information_schema.columns c
            where c.table_schema = 'public' and c.table_name = t.table_name and c.column_name = 'user_id'))
 order by 1
"""

Ask = Callable[..., Awaitable[httpx2.Response]]
"""Method, path, body: asks as the person."""
State = dict[str, Any]
"""table → its rows of a person"""


@dataclass(frozen=True, slots=True)
class Write:
    """What is asked for, once what it needs is there."""

    name: str
    operation: str
    prepared: Callable[[Ask, Walkway], Awaitable[tuple[str, str, Any]]]


class Stage:
    """A database where each write finds somebody new."""

    def __init__(self, url: str, connection: psycopg.Connection[Any]) -> None:
        self._url, self._connection = url, connection
        tables = connection.execute(_OWNED.encode()).fetchall()
        rows = [
            f"select '{table}', jsonb_agg(to_jsonb(t) order by t::text) from {table} t where {whose} = %s"
            for table, whose in tables
        ]
        self._query, self._tables = " union all ".join(rows).encode(), len(tables)

    def somebody(self) -> tuple[Person, Walkway]:
        who = person(self._url)
        return who, put_route(self._connection, who.id)

    def state(self, who: Person) -> State:
        return dict(self._connection.execute(self._query, [who.id] * self._tables).fetchall())


async def _first_preferences(_ask: Ask, _way: Walkway) -> tuple[str, str, Any]:
    return "PUT", PREFERENCES, BODIES[PREFERENCES]


async def _next_preferences(ask: Ask, _way: Walkway) -> tuple[str, str, Any]:
    await ask("PUT", PREFERENCES, BODIES[PREFERENCES])
    return "PUT", PREFERENCES, {**BODIES[PREFERENCES], "interestThemeIds": ["food"], "expectedRevision": 1}


async def _next_interests(ask: Ask, _way: Walkway) -> tuple[str, str, Any]:
    await ask("PUT", PREFERENCES, BODIES[PREFERENCES])
    return "PUT", INTERESTS, {**BODIES[INTERESTS], "expectedRevision": 1}


async def _first_note(_ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    return "POST", f"/api/v1/routes/{way.id}/notes", {"noteId": str(uuid4()), "body": "Ducks."}


async def _next_note(ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    method, path, body = await _first_note(ask, way)
    await ask(method, path, body)
    return method, path, {**body, "body": "Geese.", "expectedRevision": 1}


async def _no_note(ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    method, path, body = await _first_note(ask, way)
    await ask(method, path, body)
    return "DELETE", f"{path}/{body['noteId']}", None


async def _progress(ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    path = f"/api/v1/routes/{way.id}/progress"
    await ask("PUT", path, {"visitedStopIds": [str(way.stops[0])]})
    return "PUT", path, {"visitedStopIds": [*map(str, way.stops)], "expectedRevision": 1}


async def _first_bundle(_ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    return "POST", BUNDLES, manifest(way)


async def _next_bundle(ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    first = manifest(way)
    await ask("POST", BUNDLES, first)
    return "POST", BUNDLES, {**first, "status": "downloading", "progress": 0.5, "expectedRevision": 1}


async def _no_bundle(ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    first = manifest(way)
    await ask("POST", BUNDLES, first)
    return "DELETE", f"{BUNDLES}/{first['id']}", None


async def _first_walk(_ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    return "POST", WALKS, walk(way)


async def _ended_walk(ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    first = walk(way)
    await ask("POST", WALKS, first)
    changes = {"endedAt": "2026-05-01T11:00:00Z", "primaryStats": [], "expectedRevision": 1}
    return "PATCH", f"{WALKS}/{first['id']}", changes


async def _nobody_in(_ask: Ask, _way: Walkway) -> tuple[str, str, Any]:
    return "POST", "/api/v1/logout", None


async def _nobody(ask: Ask, way: Walkway) -> tuple[str, str, Any]:
    await _ended_walk(ask, way)
    await _progress(ask, way)
    return "DELETE", "/api/v1/users/me", None


WRITES = (
    Write("the first preferences", "replacePreferences", _first_preferences),
    Write("the next preferences", "replacePreferences", _next_preferences),
    Write("the next interests", "replaceInterests", _next_interests),
    Write("a note", "writeNote", _first_note),
    Write("a note anew", "writeNote", _next_note),
    Write("a note removed", "removeNote", _no_note),
    Write("progress", "replaceProgress", _progress),
    Write("a bundle", "putBundle", _first_bundle),
    Write("a bundle anew", "putBundle", _next_bundle),
    Write("a bundle removed", "removeBundle", _no_bundle),
    Write("a walk", "startWalk", _first_walk),
    Write("a walk ended", "changeWalk", _ended_walk),
    Write("a session ended", "logOut", _nobody_in),
    Write("an account erased", "eraseMe", _nobody),
)
