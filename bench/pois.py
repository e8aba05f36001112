"""What a search for places near a point costs: over HTTP by each server, and by pgbench, as places grow.

python -m bench.pois [--places 200000] [--rounds N] [--json FILE]

Beside them stands what HTTP alone costs, for an answer that asks nothing of anybody.
"""

import argparse
import http.client
import json
import math
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.figures import RESULTS, keep, ratios, shown, slope, spread, table, with_spread
from bench.growth import database_server, fresh_database
from bench.machine import machine
from bench.processes import environment, interruptible, leave_when_told, needed, serving
from bench.wrk import load
from tests.cli.program import wildside
from wildside.domain.geometry import Point
from wildside.inbound.http.servers import SERVERS
from wildside.outbound.postgres.binaries import find_binaries
from wildside.outbound.postgres.poi_pages import NEAR

RADII = (250, 1_000, 5_000)
LIMITS = (20, 100)
DENSITY = 500
"""Places a square kilometre, as in the middle of a city."""
MIDDLE = Point(24.94, 60.17)
SPOTS = 10
"""From how many places one looks around, in turn."""
REPEATS = 300
"""How often pgbench asks in a round; the round's figure is the median."""
SECONDS = 2
"""How long HTTP is asked in a round."""
FLOOR = "/health/live"
WAYS = ("SQL", *SERVERS, *(f"{name} alone" for name in SERVERS))

_FILL = """
insert into pois (id, osm_type, osm_id, location, name, osm_tags, category, first_seen_at, last_seen_at)
select gen_random_uuid(), 'node', n,
       point(%(lng)s + %(wide)s * (random() - 0.5), %(lat)s + %(high)s * (random() - 0.5)), 'Place ' || n,
       jsonb_build_object('amenity', 'cafe', 'name', 'Place ' || n, 'opening_hours', 'Mo-Fr 08:00-18:00',
                          'addr:street', 'Street ' || n %% 997, 'wheelchair', 'yes'),
       'cafe', now(), now()
  from generate_series(1, %(places)s) n
"""
_THEMES = """
insert into poi_interest_themes (poi_id, interest_theme, weight)
select p.id, t.slug, 0.5 from pois p, unnest(array['coffee', 'food']) t (slug) where p.osm_id % 2 = 0
"""


@dataclass(frozen=True, slots=True)
class Search:
    """How far from each spot, and how many rows."""

    radius: int
    limit: int

    def path(self, spot: Point) -> str:
        near = f"{spot.lng},{spot.lat}"
        return f"/api/v1/pois?near={near}&radius={self.radius}&limit={self.limit}"

    def script(self, spot: Point) -> str:
        """The store's own statement for pgbench, its parameters bound as the store binds them."""
        variables = dict(zip("xyz", spot.position, strict=True))
        values = {
            **variables,
            "reach": self.radius + 0.01,
            "radius": float(self.radius),
            "rows": self.limit + 1,
        }
        names = {
            "$1": "array[:x, :y, :z]", "$2": ":reach", "$3": ":radius", "$7": ":rows",
            "$4": "null", "$5": "null", "$6": "null",
        }  # fmt: skip
        # To pgbench what stands after a colon is a variable.
        sql = NEAR.first.replace("-- and after the cut", "").replace("HH24:MI:SS", "HH24 MI SS")
        for parameter, name in names.items():
            sql = sql.replace(parameter, name)
        return "".join(f"\\set {name} {value!r}\n" for name, value in values.items()) + sql.strip() + ";\n"


SEARCHES = [Search(radius, limit) for limit in LIMITS for radius in RADII]


def side(places: int) -> float:
    """Return how many kilometres the city of so many places is wide."""
    return math.sqrt(places / DENSITY)


def spots(places: int) -> list[Point]:
    """Return where one looks around: across the middle half of the city."""
    degrees = side(places) / 111.2 / 2
    return [
        Point(MIDDLE.lng + degrees * (n / (SPOTS - 1) - 0.5), MIDDLE.lat + degrees * (0.5 - n / (SPOTS - 1)))
        for n in range(SPOTS)
    ]


def fill(url: str, places: int) -> None:
    """Make a city of so many places, with real reference data."""
    done = wildside("seed", env={"DATABASE_URL": url})
    if done.returncode:
        raise SystemExit(done.stderr)
    high = side(places) / 111.2
    wide = high / math.cos(math.radians(MIDDLE.lat))
    city = {"lng": MIDDLE.lng, "lat": MIDDLE.lat, "wide": wide, "high": high, "places": places}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select setseed(0.5)")
        connection.execute(_FILL.encode(), city)
        connection.execute(_THEMES)
        connection.execute("vacuum (freeze, analyze) pois, poi_interest_themes")


@contextmanager
def client(port: int) -> Iterator[Any]:
    """A connection that is kept; ask it for a path, and it returns bytes."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:

        def get(path: str) -> bytes:
            connection.request("GET", path)
            response = connection.getresponse()
            content = response.read()
            if response.status != 200:
                raise SystemExit(f"{path}: {response.status} {content!r}")
            return content

        yield get


def by_http(port: int, paths: Sequence[str]) -> float:
    """Return the median of milliseconds, on one connection, by a client in C as pgbench is."""
    return load(f"http://127.0.0.1:{port}{paths[0]}", {}, 1, SECONDS, paths).p50


def by_pgbench(program: Path, url: str, scripts: Sequence[str]) -> float:
    """Return the median of milliseconds, of statements that are prepared, on one connection."""
    with tempfile.TemporaryDirectory() as folder:
        words = []
        for number, script in enumerate(scripts):
            path = Path(folder, f"{number}.sql")
            path.write_text(script)
            words += ["--file", str(path)]
        command = [
            str(program), "--no-vacuum", "--protocol", "prepared", "--client", "1", "--transactions",
            str(REPEATS + 10 * len(scripts)), "--log", "--log-prefix", f"{folder}/log", *words, url,
        ]  # fmt: skip
        env = {**environment(), "PGOPTIONS": "-c jit=off"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        if done.returncode:
            raise SystemExit(f"{program.name}: {done.stderr}")
        (log,) = Path(folder).glob("log*")
        lines = log.read_text().splitlines()[10 * len(scripts) :]
        return statistics.median(int(line.split()[2]) / 1000 for line in lines)


def prove(url: str, get: Any, search: Search, spot: Point) -> None:
    """Leave, unless HTTP and SQL find the same places, and a look at every row does so too."""
    told = [row["id"] for row in json.loads(get(search.path(spot)))["data"]]
    query = """
        select id::text from pois where position <-> earth_position(point(%(lng)s, %(lat)s)) <= %(radius)s
         order by position <-> earth_position(point(%(lng)s, %(lat)s)), id limit %(limit)s
    """
    with psycopg.connect(url) as connection:
        connection.execute("set enable_indexscan = off")
        connection.execute("set enable_bitmapscan = off")
        asked = {"lng": spot.lng, "lat": spot.lat, "radius": search.radius, "limit": search.limit}
        expected = [row[0] for row in connection.execute(query, asked).fetchall()]
    if told != expected:
        raise SystemExit(f"{search}: HTTP finds other places than a look at every row")


def measure(program: Path, url: str, ports: Sequence[int], places: int, rounds: int) -> list[dict[str, Any]]:
    """Return a row for each search: the spread of each way's medians, and of each server's ratio to SQL."""
    around, rows = spots(places), []
    for search in SEARCHES:
        for port in ports:
            with client(port) as get:
                prove(url, get, search, around[0])
        taken: dict[str, list[float]] = {way: [] for way in WAYS}
        paths, scripts = [search.path(each) for each in around], [search.script(each) for each in around]
        for _ in range(rounds):
            taken["SQL"].append(by_pgbench(program, url, scripts))
            for name, port in zip(SERVERS, ports, strict=True):
                taken[name].append(by_http(port, paths))
                taken[f"{name} alone"].append(by_http(port, [FLOOR]))
        rows.append(
            {
                "places": places,
                "radius": search.radius,
                "limit": search.limit,
                "ms": {way: spread(each) for way, each in taken.items()},
                "ratio": {name: ratios(taken[name], taken["SQL"]) for name in SERVERS},
                "plan": plan(url, search, around[0]),
            }
        )
    return rows


def plan(url: str, search: Search, spot: Point) -> str:
    """Return the scan of places, as PostgreSQL explains it."""
    position = "{" + ",".join(map(repr, spot.position)) + "}"
    values = [position, search.radius + 0.01, float(search.radius), None, None, None, search.limit + 1]
    sql = NEAR.first
    for number in range(len(values), 0, -1):
        sql = sql.replace(f"${number}", f"%({number})s")
    with psycopg.connect(url) as connection, psycopg.ClientCursor(connection) as cursor:
        named = {str(number): value for number, value in enumerate(values, 1)}
        cursor.execute(b"explain (costs off) " + sql.encode(), named)
        lines = [str(row[0]).strip() for row in cursor.fetchall()]
    return next(line for line in lines if "Scan" in line and " on pois" in line)


def swept(places: int, rounds: int) -> dict[str, Any]:
    """Measure a hundredth, a tenth and all of so many places, as dense in each city."""
    result: dict[str, Any] = {"density": DENSITY, "rounds": rounds, "rows": []}
    program = find_binaries(Path(os.environ["PGBIN"]) if "PGBIN" in os.environ else None) / "pgbench"
    with tempfile.TemporaryDirectory() as folder, database_server(Path(folder)) as server:
        result["machine"] = machine(server.url)
        for size in (places // 100, places // 10, places):
            with fresh_database(server, f"places_{size}") as url:
                fill(url, size)
                words = ["wildside", "serve", "--port", "0", "--database-url", url, "--server"]
                with ExitStack() as stack:
                    each = [serving(Path(folder), f"{name}-{size}", *words, name) for name in SERVERS]
                    ports = [stack.enter_context(one).port for one in each]
                    result["rows"] += measure(program, url, ports, size, rounds)
    result["exponent"] = exponents(result["rows"])
    return result


def exponents(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return how each search grows with the number of places, by each way: 0 is flat, 1 linear."""
    found = {}
    for search in SEARCHES:
        same = [row for row in rows if (row["radius"], row["limit"]) == (search.radius, search.limit)]
        found[f"{search.radius} m, {search.limit} rows"] = {
            way: slope([row["places"] for row in same], [row["ms"][way]["median"] for row in same])
            for way in ("SQL", *SERVERS)
        }
    return found


def report(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    head = [
        "places",
        "radius, m",
        "rows",
        *(f"{way}, ms" for way in WAYS),
        *(f"{name} / SQL" for name in SERVERS),
    ]
    lines = [
        [
            f"{row['places']:,}",
            f"{row['radius']:,}",
            str(row["limit"]),
            *(with_spread(row["ms"][way]) for way in WAYS),
            *(shown(row["ratio"][name]["median"]) for name in SERVERS),
        ]
        for row in result["rows"]
    ]
    grown = [
        [name, *(str(each[way]) for way in ("SQL", *SERVERS))] for name, each in result["exponent"].items()
    ]
    return f"{table(head, lines)}\n\n{table(['exponent of', 'SQL', *SERVERS], grown)}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pois", description=__doc__)
    parser.add_argument("--places", type=int, default=200_000, help="how many there are at the end")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=RESULTS / "pois.json")
    given = parser.parse_args()
    needed("wrk")
    leave_when_told()
    if given.places < 100 * max(LIMITS):
        parser.error(f"--places: a hundredth of them is to fill a page: {100 * max(LIMITS):,} at least")
    result = json.loads(json.dumps(swept(given.places, given.rounds)))
    keep(given.json, result)
    print(report(result))
    for scan in sorted({row["plan"] for row in result["rows"]}):
        print(f"\n{scan}")


if __name__ == "__main__":
    with interruptible():
        main()
