"""What the tests of preferences share: paths, bodies, and short ways to ask."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import psycopg

from tests.http.support import application, client_of, started
from tests.people import KEY, Person

PREFERENCES, INTERESTS = "/api/v1/users/me/preferences", "/api/v1/users/me/interests"
PATHS = (PREFERENCES, INTERESTS)
BODIES: dict[str, dict[str, Any]] = {
    PREFERENCES: {
        "interestThemeIds": ["coffee", "parks"],
        "safetyToggleIds": ["well-lit"],
        "unitSystem": "imperial",
    },
    INTERESTS: {"interestThemeIds": ["food", "coffee"]},
}


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application with its own pool, in this process."""
    given = application(url, session_keys=(KEY,))
    async with started(given) as app, client_of(app) as opened:
        yield opened


async def put(
    client: httpx2.AsyncClient,
    who: Person,
    path: str,
    revision: int | None = None,
    headers: dict[str, str] | None = None,
    **changes: Any,
) -> httpx2.Response:
    """Replace, with the usual body but for some members; a revision goes into the body."""
    body = {**BODIES[path], **({"expectedRevision": revision} if revision else {}), **changes}
    return await client.put(path, json=body, headers={**who.headers, **(headers or {})})


async def get(client: httpx2.AsyncClient, who: Person, path: str, **headers: str) -> httpx2.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.get(path, headers={**who.headers, **sent})


def faults(answer: httpx2.Response) -> Sequence[tuple[str, str]]:
    """Where each fault of a request is, and its code."""
    assert answer.status_code == 400, answer.text
    return [
        (one.get("pointer", one.get("header", one.get("parameter"))), one["code"])
        for one in answer.json()["errors"]
    ]


def deprecate_theme(connection: psycopg.Connection[Any], slug: str) -> None:
    """Hide an interest theme together with what refers to it."""
    for table in ("theme_interests", "interest_poi_categories"):
        connection.execute(f"update {table} set is_active = false where interest = %s".encode(), [slug])
    connection.execute("update interest_themes set is_active = false where slug = %s", [slug])
