"""What is asked: a real server over the demo city, and what means something there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import psycopg

from features.support.databases import running
from tests.cli.places import open_place
from tests.cli.program import Program, wildside
from tests.people import Person, account, person
from wildside.inbound.http.contract.examples import EXAMPLES

USERS = 25
"""More than a page has."""

_API = "/api/v1"
_LISTS = {
    "listUsers": "/users",
    "listProvenance": "/admin/enrichment/provenance",
    "listCompletedWalks": "/walk-sessions/completed",
    "listBundles": f"/offline/bundles?deviceId={EXAMPLES['putBundle']['deviceId']}",
}


@dataclass(frozen=True, slots=True)
class City:
    """Where the server is, and its database."""

    database: str
    url: str

    def ids(self, table: str) -> list[str]:
        """Return some ids of a table."""
        with psycopg.connect(self.database) as connection:
            rows = connection.execute(f"select id::text from {table} order by id limit 20".encode())
            return [row[0] for row in rows]

    def release(self) -> Mapping[str, Any]:
        """Return the release that is served."""
        found: Mapping[str, Any] = httpx2.get(f"{self.url}{_API}/reference/bootstrap").json()
        return found

    def cursors(self, who: Person) -> Mapping[str, str]:
        """Return where the lists that somebody may read go on, by the names of their operations."""
        with httpx2.Client(base_url=f"{self.url}{_API}", headers=who.headers) as client:
            pages = {name: client.get(path, params={"limit": 1}) for name, path in _LISTS.items()}
        found = {name: page.json()["links"]["next"] for name, page in pages.items() if page.is_success}
        return {name: parse_qs(urlsplit(link).query)["cursor"][0] for name, link in found.items() if link}


@contextmanager
def standing() -> Iterator[City]:
    """Run a server; one proxy stands in front, so that it is told where each request is from."""
    with open_place() as place, running(place) as databases:
        url = databases.clone("seeded")
        made = wildside("example-data", "--users", str(USERS), env={"DATABASE_URL": url})
        assert made.returncode == 0, made.stderr
        account(url, EXAMPLES["logIn"]["username"])
        settings = {"DATABASE_URL": url, "WILDSIDE_PROXY_HOPS": "1"}
        with Program("serve", "--port", "0", env=settings) as program:
            yield City(url, program.url())


def furnished(city: City, *roles: str) -> Person:
    """Return somebody who has some of everything that lists show."""
    who = person(city.database, "Ada", *roles)
    with httpx2.Client(base_url=f"{city.url}{_API}", headers=who.headers) as client:
        for _ in range(2):
            walk = {"id": str(uuid4()), "endedAt": "2026-05-01T12:00:00Z"}
            _made(client.post("/walk-sessions", json={**EXAMPLES["startWalk"], **walk}))
            _made(client.post("/offline/bundles", json={**EXAMPLES["putBundle"], "id": str(uuid4())}))
    return who


def _made(answer: httpx2.Response) -> None:
    assert answer.status_code == 201, answer.text
