"""What releases and differences cost as rows, and as versions, grow in number.

python -m bench.releases [--times 1,10,100] [--rounds N] [--json FILE]
"""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.figures import RESULTS, keep, shown, slope, spread, table
from bench.growth import ROWS, database_server, fresh_database, grown, timed
from bench.machine import machine
from bench.processes import interruptible, leave_when_told
from wildside.domain.delta import Token
from wildside.domain.release import build_release
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import OPERATOR_LIMITS, PostgresDatabase
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases
from wildside.usecases.seed_reference import SeedOrder, seed_reference

EDITS = 10
"""Versions after the seed where it is the rows that grow."""
_EDIT = """
do $$ begin
    for step in 1..{count} loop
        update tags set icon = 'tag:edit-' || step
         where slug = (select slug from tags order by slug collate "C"
                       limit 1 offset step % (select least(count(*), 100) from tags));
        commit;
    end loop;
end $$
"""


class Deaf:
    """Nobody listens: the newest version is asked for."""

    @property
    def mark(self) -> int | None:
        return None

    async def later(self, mark: int | None, seconds: float) -> None:
        assert mark is None
        await asyncio.sleep(seconds)


async def grow(url: str, folder: Path, edits: int) -> None:
    """Seed a folder, then change a row at a time, each change a version."""
    order = SeedOrder("bench", "bench", lambda: datetime.now(UTC))
    async with PostgresDatabase(url, OPERATOR_LIMITS, "bench") as database:
        await seed_reference(database, read_source(folder), order)
    await edited(url, edits - 1)


async def edited(url: str, edits: int) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(_EDIT.format(count=edits))
        await connection.execute("vacuum analyze")


async def measure(url: str, edits: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return what each thing takes in milliseconds, from nothing remembered."""
    async with PostgresDatabase(url, OPERATOR_LIMITS, "bench") as database:
        current, witness = CurrentRelease(database, Deaf()), CurrentRelease(database, Deaf())
        newest = edits + 1
        await witness()
        await edited(url, 1)
        await witness()
        tokens = {number: await _token(database, current, number) for number in (1, newest - 1)}

        async def built() -> object:
            async with database.reading() as stores:
                return build_release(await stores.reference.content())

        def past(number: int) -> Callable[[], Awaitable[object]]:
            return lambda: PastReleases(database, current).at(number)

        def since(number: int, held: CurrentRelease = current) -> Callable[[], Awaitable[object]]:
            return lambda: PastReleases(database, held).changes(tokens[number], None)

        works = {
            "newest release": built,
            "release half-way back": past(edits // 2),
            "first release": past(1),
            "delta of one change": since(newest - 1),
            "the same, by who held both": since(newest - 1, witness),
            "delta across everything": since(1),
        }
        found = [[await timed(work) for work in works.values()] for _ in range(rounds)]
        return {
            name: spread(list(times)) for name, times in zip(works, zip(*found, strict=True), strict=True)
        }


async def _token(database: PostgresDatabase, current: CurrentRelease, number: int) -> Token:
    return Token.parse("since", (await PastReleases(database, current).at(number)).token)


def swept(times: Sequence[int], rounds: int) -> dict[str, Any]:
    """Let the rows grow, then the journal."""
    with tempfile.TemporaryDirectory(prefix="wildside-bench-") as name, database_server(Path(name)) as server:
        results: dict[str, Any] = {"machine": machine(server.url), "rounds": rounds}
        for what in ("rows", "journal"):
            sizes, found = [], []
            for factor in times:
                rows = factor if what == "rows" else 1
                # The seed journals each row once; so many edits more make the journal so many times as long.
                edits = EDITS if what == "rows" else EDITS + ROWS * (factor - 1)
                with fresh_database(server, f"{what}_{factor}") as url:
                    asyncio.run(grow(url, grown(Path(name, f"{what}-{factor}"), ROWS * rows), edits))
                    found.append(asyncio.run(measure(url, edits, rounds)))
                sizes.append(ROWS * factor)
            results[what] = rows_of(sizes, found)
        return results


def rows_of(sizes: Sequence[int], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return for each thing its figures at each size, and the exponent of their growth."""
    rows = {}
    for name in found[0]:
        medians = [each[name]["median"] for each in found]
        rows[name] = {
            "ms": {str(size): each[name] for size, each in zip(sizes, found, strict=True)},
            "exponent": slope(sizes, medians),
            "exponent of the last step": slope(sizes[-2:], medians[-2:]),
        }
    return rows


def report(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    parts = []
    for what, unit in (("rows", "rows"), ("journal", "journal entries")):
        sizes = list(next(iter(result[what].values()))["ms"])
        head = [f"ms at … {unit}", *(f"{int(size):,}" for size in sizes), "exponent", "of the last step"]
        lines = [
            [
                name,
                *(shown(row["ms"][size]["median"]) for size in sizes),
                str(row["exponent"]),
                str(row["exponent of the last step"]),
            ]
            for name, row in result[what].items()
        ]
        parts.append(table(head, lines))
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.releases", description=__doc__)
    parser.add_argument("--times", default="1,10,100", help="how many times the real rows, or entries")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=RESULTS / "releases.json")
    given = parser.parse_args()
    leave_when_told()
    times = sorted({int(factor) for factor in given.times.split(",")})
    if len(times) < 2:
        parser.error("--times: growth needs two sizes at least, such as 1,10")
    result = swept(times, given.rounds)
    keep(given.json, result)
    print(report(result))


if __name__ == "__main__":
    with interruptible():
        main()
