"""How each cost grows: measures what no other command does, and prints the exponents of all in one table.

python -m bench.scale [--rounds N] [--json FILE] [--only-print]

Measured here, at once, ten and a hundred times the data: a 304 as reference rows grow, the catalogue as its
routes grow, and housekeeping's removal of as many rows from ever larger tables. 0 is flat, 1 is linear.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

from bench.cases import BOOTSTRAP, fetched
from bench.figures import RESULTS, keep, shown, slope, spread, table
from bench.growth import ROWS, database_server, fresh_database, grown, timed
from bench.machine import machine
from bench.operations import typed
from bench.processes import interruptible, leave_when_told, needed, serving
from bench.wrk import load
from tests.people import person
from wildside.outbound.postgres.pool import OPERATOR_LIMITS, PostgresDatabase
from wildside.usecases.remove_expired import remove_expired

TIMES = (1, 10, 100)
ROUTES, LIVING, EXPIRED = 20, 5_000, 2_000
"""Routes of the smallest catalogue; rows that stay in the smallest tables, and rows that go from each."""
EXPLORE = "/api/v1/catalogue/explore"
IDENTITY = {"Accept-Encoding": "identity"}
HERE = {
    "304": "reference rows",
    "catalogue": "its routes",
    f"housekeeping, {3 * EXPIRED:,} rows": "rows that stay",
}

_ROUTES = """
with made as (
    insert into routes (id, title, path, distance_metres, duration_seconds, generation_params, engine_version)
    select gen_random_uuid(), 'Walk ' || n, '[(24,60),(25,61)]', n, n, '{{}}', 'bench-1'
      from generate_series(1, {rows}) n
    returning id, distance_metres as n)
insert into route_summaries (route_id, slug, category, theme, difficulty, surface, gradient, crowd_level,
                             region, rating, localizations)
select id, 'walk-' || n, (select min(slug) from route_categories), (select min(slug) from themes),
       (select min(slug) from difficulties),
       (select min(slug) from surfaces), (select min(slug) from gradients),
       (select min(slug) from crowd_levels),
       (select min(slug) from regions), 4.5,
       jsonb_build_object('en-GB', jsonb_build_object('name', 'Walk ' || n))
  from made
"""
_PILE = """
insert into sessions (id, user_id, issued_at, expires_at)
select gen_random_uuid(), '{user}', now() - interval '2 day', now() + {when}
  from generate_series(1, {rows}) n;
insert into idempotency_keys (user_id, mutation, key, request_hash, status_code, headers, response,
                              created_at, expires_at)
select '{user}', 'a', gen_random_uuid(), sha256('a'), 200, '{{}}', '', now() - interval '2 day',
       now() + {when}
  from generate_series(1, {rows}) n;
insert into login_attempts (username_hash, address, attempted_at)
select sha256('a'), '192.0.2.1', now() + {tried} from generate_series(1, {rows}) n
"""
_GONE, _STAYS = "- n * interval '1 ms' - interval '1 s'", "n * interval '1 ms' + interval '1 h'"


def answers(folder: Path, url: str, path: str, headers: Mapping[str, str], rounds: int) -> list[float]:
    """Return the median of milliseconds of each round, on one connection."""
    words = ["wildside", "serve", "--port", "0", "--database-url", url]
    with serving(folder, "serve", *words) as server:
        known = fetched(server.port, path, headers)
        if known.status != 200:
            raise SystemExit(f"{path}: {known.status}")
        asked = {**headers, "If-None-Match": known.headers["etag"]} if path == BOOTSTRAP else headers
        return [load(f"http://127.0.0.1:{server.port}{path}", asked, 1, 1).p50 for _ in range(rounds)]


def unchanged(folder: Path, url: str, times: int, rounds: int) -> list[float]:
    """Ask for a bootstrap that one has."""
    typed("seed", "--database-url", url, "--data", str(grown(folder / f"grown-{times}", ROWS * times)))
    return answers(folder, url, BOOTSTRAP, IDENTITY, rounds)


def catalogue(folder: Path, url: str, times: int, rounds: int) -> list[float]:
    """Ask for all of the catalogue."""
    typed("seed", "--database-url", url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_ROUTES.format(rows=ROUTES * times).encode())
        connection.execute("vacuum analyze")
    return answers(folder, url, EXPLORE, IDENTITY, rounds)


def housekeeping(_folder: Path, url: str, times: int, rounds: int) -> list[float]:
    """Remove what has expired from tables in which the rest stays."""
    user = person(url).id
    taken = []
    with psycopg.connect(url, autocommit=True) as connection:

        def pile(rows: int, when: str, tried: str) -> None:
            connection.execute(_PILE.format(user=user, rows=rows, when=when, tried=tried).encode())

        pile(LIVING * times, _STAYS, "- n * interval '1 ms'")
        for _ in range(rounds):
            pile(EXPIRED, _GONE, f"{_GONE} - interval '1 day'")
            connection.execute("vacuum analyze sessions, idempotency_keys, login_attempts")
            taken.append(asyncio.run(_removed(url)))
    return taken


async def _removed(url: str) -> float:
    async with PostgresDatabase(url, OPERATOR_LIMITS, "bench") as database:
        async with database.reading():
            pass  # it connects when it is first asked

        async def work() -> None:
            removed = await remove_expired(database)
            if {removed.sessions, removed.answers, removed.attempts} != {EXPIRED}:
                raise SystemExit(f"not {EXPIRED} of each were removed: {removed}")

        return await timed(work)


def swept(rounds: int) -> dict[str, Any]:
    """Let each grow."""
    works = dict(zip(HERE, (unchanged, catalogue, housekeeping), strict=True))
    sizes = dict(zip(HERE, (ROWS, ROUTES, LIVING), strict=True))
    with tempfile.TemporaryDirectory(prefix="wildside-bench-") as name, database_server(Path(name)) as server:
        result: dict[str, Any] = {"machine": machine(server.url, ("wrk",)), "rounds": rounds, "costs": {}}
        for number, (what, work) in enumerate(works.items()):
            found = {}
            for times in TIMES:
                with fresh_database(server, f"scale_{number}_{times}") as url:
                    found[sizes[what] * times] = spread(work(Path(name), url, times, rounds))
            medians = [each["median"] for each in found.values()]
            result["costs"][what] = {
                "grows with": HERE[what],
                "ms": {str(size): each for size, each in found.items()},
                "exponent": slope(list(found), medians),
            }
    return result


Line = tuple[str, str, Mapping[str, float] | None, float]
"""Cost, what grows, milliseconds at each size, exponent"""


def exponents(results: Mapping[str, Any]) -> list[Line]:
    """Return every cost of which there are figures."""
    lines: list[Line] = []
    for what, one in results.get("scale", {}).get("costs", {}).items():
        lines.append((what, one["grows with"], _medians(one["ms"]), one["exponent"]))
    for part, unit in (("rows", "reference rows"), ("journal", "journal entries")):
        for what, one in results.get("releases", {}).get(part, {}).items():
            lines.append((what, unit, _medians(one["ms"]), one["exponent"]))
    lines += _of_pages(results["pages"]) if "pages" in results else []
    for search, ways in results.get("pois", {}).get("exponent", {}).items():
        lines += [(f"places within {search}, {way}", "places", None, each) for way, each in ways.items()]
    seed = results.get("seed", {"exponent": {}})
    for case, exponent in seed["exponent"].items():
        found = {size: each["cases"][case]["ms"]["median"] for size, each in seed["rows"].items()}
        lines.append((f"seed, {case}", "rows of the source", found, exponent))
    return lines


def _medians(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {size: each["median"] for size, each in figures.items()}


def _of_pages(result: Mapping[str, Any]) -> list[Line]:
    """Return how a page of users grows with its number, and the deepest that all have with the users."""
    sizes = list(result["users"])
    most, page = result["users"][sizes[-1]], list(result["users"][sizes[0]]["ms"])[-1]
    lines: list[Line] = []
    for way in ("SQL next", "HTTP next"):
        by_page = {number: ways[way]["median"] for number, ways in most["ms"].items()}
        by_users = {size: result["users"][size]["ms"][page][way]["median"] for size in sizes}
        lines.append((f"a page of users, {way}", "its number", by_page, most["exponent"][way]))
        grown_by = slope([int(size) for size in sizes], list(by_users.values()))
        lines.append((f"page {page} of users, {way}", "users", by_users, grown_by))
    return lines


def kept(folder: Path = RESULTS) -> dict[str, Any]:
    """Return the results that there are, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def report(lines: Sequence[Line]) -> str:
    """Return the exponents as Markdown."""
    head = ["cost", "grows with", "from", "to", "ms at first", "ms at last", "exponent"]
    rows = []
    for what, unit, found, exponent in lines:
        ends = [] if found is None else [next(iter(found.items())), list(found.items())[-1]]
        rows.append(
            [
                what,
                unit,
                *([f"{int(size):,}" for size, _ in ends] or ["", ""]),
                *([shown(ms) for _, ms in ends] or ["", ""]),
                f"{exponent:.2f}",
            ]
        )
    return table(head, rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=RESULTS / "scale.json")
    parser.add_argument("--only-print", action="store_true", help="measure nothing: read what there is")
    given = parser.parse_args()
    if not given.only_print:
        needed("wrk")
        leave_when_told()
        keep(given.json, swept(given.rounds))
    print(report(exponents(kept(given.json.parent))))


if __name__ == "__main__":
    with interruptible():
        main()
