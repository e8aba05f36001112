"""What a seed costs, first, unchanged and with one row in a hundred changed, beside raw COPY and executemany.

python -m bench.seed [--rows 2000,20000,200000] [--rounds N] [--json FILE]

COPY and executemany write the same rows into a twin of the table: its columns, its constraints and its
indexes, and neither versions nor journal. So they do less, and are what a seed can come near to at the most.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import psycopg

from bench.figures import RESULTS, keep, ratios, shown, slope, spread, table, with_spread
from bench.growth import ROWS, database_server, fresh_database, grown
from bench.machine import machine
from bench.processes import interruptible, leave_when_told
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import OPERATOR_LIMITS, PostgresDatabase
from wildside.usecases.seed_reference import SeedOrder, seed_reference

CASES = ("first", "unchanged", "other bytes", "1 % changed")
"""Unchanged: the same bytes once more. Other bytes: the same rows, spelled otherwise."""

_TWIN = "create table twin (like tags including all)"
_UPSERT = """
insert into twin (slug, sort_order, icon, localizations) values ($1, $2, $3, $4)
on conflict (slug) do update
   set sort_order = excluded.sort_order, icon = excluded.icon, localizations = excluded.localizations
 where (twin.sort_order, twin.icon, twin.localizations)
       is distinct from (excluded.sort_order, excluded.icon, excluded.localizations)
"""
_CALM = ("alter system set autovacuum = off", "select pg_reload_conf()")
"""So that whatever is written is the seed's."""
_STATE = """
select version, (select sum(w.wal_bytes) from pg_stat_activity a, pg_stat_get_backend_wal(a.pid) w
                  where a.datname = current_database() and a.application_name = 'bench')
  from reference_counter
"""
_COUNTED = 1.1
"""Seconds after which a session tells what it wrote to the log, when it is asked for something."""
_OTHER = "tag:other"
Seen = dict[str, dict[str, float]]
"""case → what was seen of it"""


def sources(folder: Path, rows: int) -> dict[str, Path]:
    """Make what is seeded in each case, in the order of the cases."""
    first = grown(folder / "first", rows)
    other, changed = grown(folder / "other", rows), grown(folder / "changed", rows)
    path = other / "tags.json"
    path.write_text(path.read_text() + "\n")
    path = changed / "tags.json"
    tags = json.loads(path.read_text())
    for tag in tags[::100]:
        tag["icon"] = _OTHER
    path.write_text(json.dumps(tags))
    return dict(zip(CASES, (first, first, other, changed), strict=True))


async def seeded(url: str, folders: Mapping[str, Path]) -> Seen:
    """Seed each in turn, from the files to the commit."""
    order = SeedOrder("bench", "bench", lambda: datetime.now(UTC))
    found: Seen = {}
    async with PostgresDatabase(url, OPERATOR_LIMITS, "bench") as database:
        for case, folder in folders.items():
            if case == "unchanged":
                # Who reads first after a vacuum marks, and logs, what it left in PostgreSQL's statistics.
                await seed_reference(database, read_source(folder), order)
            before, start = await state(database, url), time.perf_counter()
            source = read_source(folder)
            read = time.perf_counter()
            await seed_reference(database, source, order)
            ended, after = time.perf_counter(), await state(database, url)
            settle(url)
            found[case] = {
                "ms": (ended - start) * 1000,
                "files ms": (read - start) * 1000,
                "versions": after[0] - before[0],
                "WAL bytes": after[1] - before[1],
            }
    return found


def settle(url: str) -> None:
    """Do what autovacuum would have done by the next seed."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


async def state(database: PostgresDatabase, url: str) -> tuple[int, int]:
    """Return the newest version, and how much the session that seeds has written to the log."""
    for _ in range(2):
        await asyncio.sleep(_COUNTED)
        async with database.reading() as stores:
            await stores.seeding.version()
    with psycopg.connect(url) as connection:
        version, written = connection.execute(_STATE).fetchone() or (0, 0)
        return int(version), int(written)


def copied(url: str) -> float:
    """Return the milliseconds of COPY, of rows that are in memory as COPY reads them."""
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.cursor().copy("copy tags to stdout") as out:
            content = b"".join(out)
        connection.execute(_TWIN)
        start = time.perf_counter()
        with connection.cursor().copy("copy twin from stdin") as into:
            into.write(content)
        taken = (time.perf_counter() - start) * 1000
        connection.execute("drop table twin")
    return taken


async def executed(url: str) -> dict[str, float]:
    """Return the milliseconds of executemany in each case, of rows that are in memory, in one transaction."""
    connection = await asyncpg.connect(url)
    found_rows = await connection.fetch("select slug, sort_order, icon, localizations from tags")
    rows = [tuple(row) for row in found_rows]
    changed = [(*row[:2], row[2] if n % 100 else _OTHER, row[3]) for n, row in enumerate(rows)]
    await connection.execute(_TWIN)
    found = {}
    for case, given in zip(CASES, (rows, rows, rows, changed), strict=True):
        start = time.perf_counter()
        await connection.executemany(_UPSERT, given)
        found[case] = (time.perf_counter() - start) * 1000
    await connection.execute("drop table twin")
    await connection.close()
    return found


def measured(server: Any, folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    """Fill a new database in each round; in every other one COPY is measured before executemany."""
    folders = sources(folder, rows)
    ours: list[Seen] = []
    copies, many = [], []
    for number in range(rounds):
        with fresh_database(server, f"seed_{rows}_{number}") as url:
            ours.append(asyncio.run(seeded(url, folders)))
            if number % 2:
                copies.append(copied(url))
            many.append(asyncio.run(executed(url)))
            if number % 2 == 0:
                copies.append(copied(url))
    cases = {}
    for case in CASES:
        figures = {what: [one[case][what] for one in ours] for what in ours[0][case]}
        theirs = [one[case] for one in many]
        cases[case] = {
            **{what: spread(each) for what, each in figures.items()},
            "executemany ms": spread(theirs),
            "of COPY": ratios(figures["ms"], copies),
            "of executemany": ratios(figures["ms"], theirs),
        }
    return {"COPY ms": spread(copies), "cases": cases}


def swept(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """Measure each size, and how each case grows."""
    with tempfile.TemporaryDirectory(prefix="wildside-bench-") as name, database_server(Path(name)) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            for statement in _CALM:
                connection.execute(statement)
        result: dict[str, Any] = {"machine": machine(server.url), "rounds": rounds, "rows": {}}
        for rows in sizes:
            result["rows"][str(rows)] = measured(server, Path(name, str(rows)), rows, rounds)
    found = result["rows"].values()
    result["exponent"] = {
        case: slope(sizes, [each["cases"][case]["ms"]["median"] for each in found]) for case in CASES
    }
    return result


def report(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    head = ["rows, and what", "seed, ms", "of it files", "COPY, ms", "executemany, ms", "of COPY",
            "of executemany", "versions", "WAL, KB"]  # fmt: skip
    lines = [
        [
            f"{int(rows):,}, {case}",
            *(with_spread(one[what]) for what in ("ms", "files ms")),
            with_spread(found["COPY ms"]),
            *(with_spread(one[what]) for what in ("executemany ms", "of COPY", "of executemany")),
            shown(one["versions"]["median"]),
            shown(one["WAL bytes"]["median"] / 1024),
        ]
        for rows, found in result["rows"].items()
        for case, one in found["cases"].items()
    ]
    grown_by = [[case, str(exponent)] for case, exponent in result["exponent"].items()]
    return f"{table(head, lines)}\n\n{table(['grows with rows', 'exponent'], grown_by)}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.seed", description=__doc__)
    parser.add_argument("--rows", default="2000,20000,200000", help="how many, with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=RESULTS / "seed.json")
    given = parser.parse_args()
    leave_when_told()
    sizes = sorted({int(rows) for rows in given.rows.split(",")})
    if len(sizes) < 2 or sizes[0] < ROWS:
        parser.error(f"--rows: two sizes at least, and {ROWS} rows or more in each")
    result = swept(sizes, given.rounds)
    keep(given.json, result)
    print(report(result))


if __name__ == "__main__":
    with interruptible():
        main()
