"""Claim 16: mixed work for long, and the server is what it was: SOAK_MINUTES says how long, of 20."""

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic, sleep
from uuid import uuid4

import httpx2
import psycopg

from tests.cli.program import Program
from tests.people import PASSWORD, Person, account, person
from tests.promises import Promise
from tests.walkways import put_route

SOAK = bool(os.environ.get("SOAK"))
SECONDS = 60 * float(os.environ.get("SOAK_MINUTES", "20")) if SOAK else 10.0
WARM = 0.2
"""Of the time, until caches and pools have what they need."""
STEEP = 1.0
"""Megabytes a minute that would not be steady."""
CLIENTS = 4
PATIENT = "lock=5 statement=6 command=7 request=30 drain=31 acquire=5"
"""The machine may be busy, and this is not about time."""
API = "/api/v1"
CHANGES = {"interestThemeIds": ["coffee", "parks"], "safetyToggleIds": ["well-lit"], "unitSystem": "metric"}


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The line through some points that is nearest to them, by least squares: how steep it is."""
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    above: float = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    across: float = sum((x - middle[0]) ** 2 for x, _ in points)
    return above / across


def resident(process: int) -> float:
    """Megabytes of memory that a process has."""
    fields = Path(f"/proc/{process}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Walker:
    """Somebody who does a little of everything, of a seed."""

    def __init__(self, url: str, who: Person, route: str, number: int) -> None:
        self._dice = Random(number)
        self._route = route
        self._login = {"username": f"soaker{number}", "password": PASSWORD}
        usual = [self._read, self._read, self._change, self._walk]
        self._ways = [*usual, self._note, self._wrong, self._log_in, self._anew]
        self.client = httpx2.Client(base_url=url, headers=who.headers, timeout=60)

    def step(self) -> int:
        """Do one thing, and return the status of the answer."""
        return self._dice.choice(self._ways)().status_code

    def _read(self) -> httpx2.Response:
        usual = (
            "reference/bootstrap",
            "reference/version",
            "reference/tags",
            "users/me",
            "catalogue/explore",
        )
        paths = [*usual, "pois?near=24.94,60.17", f"routes/{self._route}", "walk-sessions/completed"]
        coding = self._dice.choice(["identity", "gzip", "br", "zstd"])
        return self.client.get(f"{API}/{self._dice.choice(paths)}", headers={"Accept-Encoding": coding})

    def _change(self) -> httpx2.Response:
        """Change what was seen, as nobody else does meanwhile."""
        path, key = f"{API}/users/me/preferences", {"Idempotency-Key": str(uuid4())}
        revision = self.client.get(path).json()["revision"]
        seen = {"expectedRevision": revision} if revision else {}
        return self.client.put(path, json={**CHANGES, **seen}, headers=key)

    def _walk(self) -> httpx2.Response:
        body = {"id": str(uuid4()), "routeId": self._route, "startedAt": "2026-05-01T10:00:00Z"}
        return self.client.post(f"{API}/walk-sessions", json={**body, "endedAt": "2026-05-01T12:00:00Z"})

    def _note(self) -> httpx2.Response:
        body = {"noteId": str(uuid4()), "body": "x" * self._dice.randrange(1, 2000)}
        return self.client.post(f"{API}/routes/{self._route}/notes", json=body)

    def _wrong(self) -> httpx2.Response:
        json = {"Content-Type": "application/json"}
        deep = b"[" * self._dice.randrange(1, 50_000)
        return self.client.post(f"{API}/walk-sessions", content=deep, headers=json)

    def _log_in(self) -> httpx2.Response:
        return self.client.post(f"{API}/login", json=self._login)

    def _anew(self) -> httpx2.Response:
        return self.client.get("/health/ready", headers={"Connection": "close"})


def watched(process: int) -> list[tuple[float, float]]:
    """Look how much memory it has, until the time is over; minutes and megabytes."""
    began, points = monotonic(), []
    while (now := monotonic() - began) < SECONDS:
        if now > SECONDS * WARM:
            points.append((now / 60, resident(process)))
        sleep(SECONDS / 200)
    return points


def test_memory_is_steady_and_no_answer_is_our_fault(seeded_url: str, promise: Promise) -> None:
    with psycopg.connect(seeded_url, autocommit=True) as connection:
        route = str(put_route(connection).id)
    people = [person(seeded_url, f"User {number}") for number in range(CLIENTS)]
    for number in range(CLIENTS):
        account(seeded_url, f"soaker{number}")
    statuses, enough = Counter[int](), Event()
    env = {"DATABASE_URL": seeded_url, "WILDSIDE_TIMEOUTS": PATIENT}
    with Program("serve", "--port", "0", env=env) as program, ThreadPoolExecutor(CLIENTS) as pool:
        walkers = [Walker(program.url(), who, route, number) for number, who in enumerate(people)]

        def work(walker: Walker) -> None:
            with walker.client:
                while not enough.is_set():
                    statuses[walker.step()] += 1

        working = [pool.submit(work, walker) for walker in walkers]
        try:
            points = watched(program.process.pid)
        finally:
            enough.set()
        for each in working:
            each.result(120)
    steep = slope(points)
    found = {str(status): statuses[status] for status in sorted(statuses)}
    promise(16, minutes=round(SECONDS / 60, 1), megabytes_a_minute=round(steep, 2), **found)
    assert not [status for status in statuses if status >= 500], found
    assert statuses[200] > statuses[400] > 0, found
    assert statuses[201] > 0, found
    assert steep < STEEP or not SOAK


def test_the_slope_is_the_slope() -> None:
    assert slope([(0, 5), (1, 7), (2, 9)]) == 2.0
    assert abs(slope([(0, 5), (1, 6), (2, 5), (3, 6)]) - 0.2) < 1e-9


def test_memory_that_is_taken_is_seen() -> None:
    before, taken = resident(os.getpid()), bytearray(os.urandom(50_000_000))
    assert resident(os.getpid()) - before > 30
    del taken
