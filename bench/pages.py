"""What a page of users costs, the first and the ten-thousandth, as users grow in number.

python -m bench.pages [--users 1000000] [--rounds N] [--json FILE]

Side by side: the statements alone, a real server over HTTP, and what the same page costs by `offset`.
"""

import argparse
import asyncio
import http.client
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psycopg

from bench.figures import RESULTS, keep, shown, slope, spread, table
from bench.growth import database_server, fresh_database
from bench.machine import machine
from bench.processes import interruptible, leave_when_told, serving
from tests.people import person
from wildside.domain.pages import Cursor, Key
from wildside.domain.users import USERS
from wildside.outbound.postgres.users import PAGE

LIMIT = 20
PAGES = (1, 100, 1_000, 10_000)
REPEATS = 20
"""How often a page is asked for in a round; the round's figure is the median."""

WAYS = ("SQL next", "SQL prev", "HTTP next", "HTTP prev", "SQL offset")
"""What is measured; `prev` goes back from where that page ends."""

_FILL = """
insert into users (id, display_name, created_at)
select gen_random_uuid(), 'User ' || n, timestamptz '2025-01-01' + (n / 3) * interval '1 s'
  from generate_series(1, %s) n
"""
_OFFSET = "select id, display_name, created_at from users order by created_at, id limit $1 offset $2"
_KEY = "select created_at, id from users order by created_at, id limit 1 offset $1"


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its number, the key before it, and its last key."""

    number: int
    before: Key
    last: Key


def fill(url: str, users: int) -> None:
    """Make so many users, three at each moment, in no order of their ids."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_FILL, [users])
        connection.execute("vacuum (freeze, analyze) users")


async def places(connection: Any, users: int) -> list[Place]:
    """Find the pages that there are, the slow way, which is not measured."""
    found = []
    for number in (number for number in PAGES if number * LIMIT <= users):
        start = (number - 1) * LIMIT
        before = tuple(await connection.fetchrow(_KEY, start - 1)) if start else ()
        found.append(Place(number, before, tuple(await connection.fetchrow(_KEY, start + LIMIT - 1))))
    return found


async def by_sql(connection: Any, place: Place) -> dict[str, list[float]]:
    """Return milliseconds of each statement, on a connection that knows them."""
    count, offset = LIMIT + 1, (place.number - 1) * LIMIT
    on = (PAGE.next, count, *place.before) if place.before else (PAGE.first, count)
    asked = {
        "SQL next": on,
        "SQL prev": (PAGE.prev, count, *place.last),
        "SQL offset": (_OFFSET, count, offset),
    }
    taken: dict[str, list[float]] = {}
    for way, (sql, *arguments) in asked.items():
        statement = await connection.prepare(sql)
        await statement.fetch(*arguments)
        taken[way] = []
        for _ in range(REPEATS if way != "SQL offset" else 3):
            start = time.perf_counter()
            await statement.fetch(*arguments)
            taken[way].append((time.perf_counter() - start) * 1000)
    return taken


Get = Callable[[str], Any]


@contextmanager
def client(port: int, headers: Mapping[str, str]) -> Iterator[Get]:
    """A connection that is kept; ask it for a path, and it returns JSON."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:

        def get(path: str) -> Any:
            connection.request("GET", path, headers=dict(headers))
            response = connection.getresponse()
            content = response.read()
            if response.status != 200:
                raise SystemExit(f"{path}: {response.status} {content!r}")
            return json.loads(content)

        yield get


def links(place: Place) -> dict[str, str]:
    """Return what to ask for, to read a page on from the one before, and back from its end."""
    path = f"/api/v1/users?limit={LIMIT}"
    cursor = f"&cursor={USERS.spelled(Cursor('next', place.before))}" if place.before else ""
    back = USERS.spelled(Cursor("prev", place.last))
    return {"HTTP next": path + cursor, "HTTP prev": f"{path}&cursor={back}"}


def by_http(get: Get, place: Place) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {}
    for way, link in links(place).items():
        get(link)
        taken[way] = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            get(link)
            taken[way].append((time.perf_counter() - start) * 1000)
    return taken


async def prove(connection: Any, get: Get, place: Place) -> None:
    """Leave, unless every way reads the same page."""
    rows = await connection.fetch(_OFFSET, LIMIT, (place.number - 1) * LIMIT)
    expected = [str(row["id"]) for row in rows]
    for way, link in links(place).items():
        if [row["id"] for row in get(link)["data"]] != expected:
            raise SystemExit(f"page {place.number}: {way} reads another page")


async def plans(connection: Any, place: Place) -> dict[str, str]:
    """Return how PostgreSQL says that it read the deepest page, without its times."""
    explained = {}
    for way, sql, key in (("next", PAGE.next, place.before), ("prev", PAGE.prev, place.last)):
        text = "explain (analyze, buffers, timing off, summary off) " + sql
        rows = await connection.fetch(text, LIMIT + 1, *key)
        explained[way] = "\n".join(row[0] for row in rows if "Planning" not in row[0])
    return explained


async def measure(url: str, port: int, users: int, rounds: int) -> dict[str, Any]:
    """Return milliseconds: page → way → median and ends over rounds."""
    who = person(url, "Root", "admin")
    connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    with client(port, who.headers) as get:
        there = await places(connection, users)
        for place in there:
            await prove(connection, get, place)
        medians: dict[int, dict[str, list[float]]] = {
            place.number: {way: [] for way in WAYS} for place in there
        }
        for number in range(rounds):
            for place in there if number % 2 else there[::-1]:
                for way, taken in (await by_sql(connection, place) | by_http(get, place)).items():
                    medians[place.number][way].append(spread(taken)["median"])
        explained = await plans(connection, there[-1])
    await connection.close()
    figures = {page: {way: spread(each) for way, each in ways.items()} for page, ways in medians.items()}
    return {"ms": figures, "exponent": exponents(figures), "plans": explained}


def exponents(figures: Mapping[int, Mapping[str, Mapping[str, float]]]) -> dict[str, float]:
    """Return how each way grows with the number of the page: 0 is flat, 1 linear."""
    return {way: slope(list(figures), [figures[page][way]["median"] for page in figures]) for way in WAYS}


def swept(users: int, rounds: int) -> dict[str, Any]:
    """Measure a hundredth, a tenth and all of so many users."""
    result: dict[str, Any] = {"limit": LIMIT, "rounds": rounds, "users": {}}
    with tempfile.TemporaryDirectory() as folder, database_server(Path(folder)) as server:
        result["machine"] = machine(server.url)
        for size in (users // 100, users // 10, users):
            with fresh_database(server, f"users_{size}") as url:
                fill(url, size)
                words = ["wildside", "serve", "--port", "0", "--database-url", url]
                with serving(Path(folder), f"serve-{size}", *words) as running:
                    result["users"][str(size)] = asyncio.run(measure(url, running.port, size, rounds))
    return result


def report(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    lines: list[Sequence[str]] = []
    for size, found in result["users"].items():
        for page, ways in found["ms"].items():
            lines.append([f"{int(size):,}", f"{int(page):,}", *(shown(ways[way]["median"]) for way in WAYS)])
        lines.append([f"{int(size):,}", "exponent", *(str(found["exponent"][way]) for way in WAYS)])
    lines.append(["all", "exponent", *(str(each) for each in _by_size(result))])
    return table(["users", "page", *(f"{way}, ms" for way in WAYS)], lines)


def _by_size(result: Mapping[str, Any]) -> list[float]:
    """Return how each way grows with the number of users, at the deepest page that all of them have."""
    found = result["users"]
    deepest = list(found[next(iter(found))]["ms"])[-1]
    return [
        slope([int(size) for size in found], [found[size]["ms"][deepest][way]["median"] for size in found])
        for way in WAYS
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000, help="how many there are at the end")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=RESULTS / "pages.json")
    given = parser.parse_args()
    leave_when_told()
    if given.users // 100 < PAGES[1] * LIMIT:
        parser.error(
            f"--users: a hundredth of them is to have page {PAGES[1]}: {PAGES[1] * LIMIT * 100:,} at least"
        )
    result = json.loads(json.dumps(swept(given.users, given.rounds)))
    keep(given.json, result)
    print(report(result))
    for way, plan in list(result["users"].values())[-1]["plans"].items():
        print(f"\n{way}, the deepest page of {given.users:,} users:\n{plan}")


if __name__ == "__main__":
    with interruptible():
        main()
