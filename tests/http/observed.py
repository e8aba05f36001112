"""A real server with its metrics, and clients that do a little of everything."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2

from tests.cli.program import Program
from tests.http.counting import Told
from tests.people import Person, person

CANARY, NAME = "canary-4711", "Carol Canary"
PREFERENCES = "/api/v1/users/me/preferences"
VERSION, CHANGES = "/api/v1/reference/version", "/api/v1/reference/changes"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


@dataclass
class Observed:
    program: Program
    admin: Person
    client: httpx2.Client

    @property
    def url(self) -> str:
        return self.program.url()

    @property
    def metrics_url(self) -> str:
        return self.program.wait_for("metrics at ").removeprefix("metrics at ")

    def scrape(self, accept: str = "text/plain") -> httpx2.Response:
        return self.client.get(self.metrics_url, headers={"Accept": accept})

    def told(self) -> Told:
        return Told(self.scrape().text)

    def lines(self) -> list[dict[str, Any]]:
        """The log up to now, each line an object: that of a request comes before the next is read."""
        mark = f"/mark/{uuid4()}"
        self.request("GET", mark)
        self.program.wait_for(mark)
        return [json.loads(line) for line in self.program.stderr]

    def request(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return self.client.request(method, self.url + path, **more)


def observe(program: Program, database_url: str, client: httpx2.Client) -> Observed:
    """Do a little of everything."""
    observed = Observed(program, person(database_url, NAME, "admin"), client)
    read(observed)
    choose(observed)
    slip(observed)
    return observed


def read(observed: Observed) -> None:
    version = observed.request("GET", VERSION)
    observed.request("GET", VERSION, headers={"If-None-Match": version.headers["etag"]})
    for since in (version.json()["referenceVersion"], "elsewhere.1-0123456789abcdef"):
        assert observed.request("GET", CHANGES, params={"since": since}).status_code == 200
    listen(observed).close()


def listen(observed: Observed) -> http.client.HTTPConnection:
    """Listen to releases, and return the connection once it is heard."""
    parts = urlsplit(observed.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", "/api/v1/reference/events")
    connection.getresponse().readline()
    return connection


def choose(observed: Observed) -> None:
    observed.request("GET", "/api/v1/users?limit=1", headers=observed.admin.headers)
    body: dict[str, Any] = {
        "interestThemeIds": [],
        "safetyToggleIds": [],
        "unitSystem": "metric",
        "expectedRevision": None,
    }
    headers = {**observed.admin.headers, "Idempotency-Key": str(uuid4())}
    answers = [observed.request("PUT", PREFERENCES, json=body, headers=headers) for _ in range(2)]
    other = observed.request("PUT", PREFERENCES, json={**body, "unitSystem": "imperial"}, headers=headers)
    assert [answer.status_code for answer in (*answers, other)] == [200, 200, 409]


def slip(observed: Observed) -> None:
    """Do what is refused, with what nobody shall read in the log."""
    observed.request("GET", f"/nope?key={CANARY}", headers={"Cookie": f"__Host-session={CANARY}"})
    observed.request("GET", "/api/v1/users", headers={"Authorization": CANARY})
    observed.request("GET", f"/api/v1/routes/{uuid4()}", headers=observed.admin.headers)
    observed.request("POST", "/api/v1/login", json={"username": CANARY, "password": CANARY})
    observed.request("POST", "/api/v1/login", headers={"Sec-Fetch-Site": "cross-site"})
