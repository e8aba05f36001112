"""`wildside seed`, killed or started several times at once: all of it is there, or nothing of it."""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest

from tests.cli.program import Program
from tests.conftest import REFERENCE, url_of_connection
from tests.promises import Promise
from tests.sql.support import Connection, connect, value, wait_until

MOMENTS = 10 if os.environ.get("SOAK") else 3
SEED = int(os.environ.get("SEED", "20261122"))
AT_WORK = "select exists (select from pg_stat_activity where application_name like 'wildside seed%')"
GONE = "select not exists (select from pg_stat_activity where application_name like 'wildside seed%')"
UNLOCKED = "select not exists (select from pg_locks where locktype = 'advisory')"
SOMEONE_WAITS = "select exists (select from pg_locks where not granted)"

State = tuple[int, int, int, list[int]]


class Rounds:
    """Copies of the reference data; in that of round N every sort order is N thousand higher."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.changes = 0

    def write(self, number: int) -> Path:
        copy = shutil.copytree(REFERENCE, self._folder / str(number))
        self.changes = 0
        for path in copy.glob("*.json"):
            rows = json.loads(path.read_text())
            for row in rows:
                if "sort_order" in row:
                    row["sort_order"] += 1000 * number
                    self.changes += 1
            path.write_text(json.dumps(rows))
        return copy


@pytest.fixture
def rounds(tmp_path: Path) -> Rounds:
    return Rounds(tmp_path)


def state(connection: Connection) -> State:
    """The version, the journal's length, how many seeds there were, and the rounds of all rows."""
    tables = connection.execute(
        "select table_name from information_schema.columns where column_name = 'sort_order'"
    ).fetchall()
    rows = " union ".join(f"select sort_order / 1000 from {table}" for (table,) in tables)
    query = f"""
    select version, (select count(*) from reference_journal), (select count(*) from reference_seed_runs),
           array({rows})
      from reference_counter
    """
    found: State = connection.execute(query.encode()).fetchall()[0]
    return found


def after(before: State, number: int, rounds: Rounds) -> State:
    """The state once the seed of a round is complete."""
    return before[0] + 1, before[1] + rounds.changes, before[2] + 1, [number]


def start(connection: Connection, data: Path) -> Program:
    return Program("seed", "--data", str(data), env={"DATABASE_URL": url_of_connection(connection)})


def finish(program: Program) -> str:
    assert program.ended() == 0, program.output
    return program.output


@contextmanager
def seeding(connection: Connection, data: Path) -> Iterator[Program]:
    """A seed that has reached the database, killed at the end if it still runs."""
    with start(connection, data) as program:
        wait_until(connection, AT_WORK)
        yield program
        program.process.kill()


def test_a_seed_that_is_killed_leaves_all_or_nothing(
    seeded_db: Connection, rounds: Rounds, promise: Promise
) -> None:
    """At moments that are random, each within another part of the time that a seed takes."""
    print(f"SEED={SEED} chooses the same moments again")  # noqa: T201
    dice = random.Random(SEED)
    with seeding(seeded_db, rounds.write(1)) as program:
        began = monotonic()
        finish(program)
        whole = monotonic() - began
    unlocked, kept = [], 0
    for moment in range(MOMENTS):
        before, number = state(seeded_db), moment + 2
        with seeding(seeded_db, rounds.write(number)) as program, suppress(subprocess.TimeoutExpired):
            program.process.wait(whole * (moment + dice.random()) / MOMENTS)
        unlocked.append(wait_until(seeded_db, UNLOCKED, within=1))
        wait_until(seeded_db, GONE)
        found = state(seeded_db)
        assert found in (before, after(before, number, rounds))
        kept += found != before
    promise(3, seeds_killed=MOMENTS, whole=kept, nothing=MOMENTS - kept, between=0, seed=SEED)
    promise(4, seeds_killed=MOMENTS, lock_free_after_s=round(max(unlocked), 3))


def test_a_seed_after_a_killed_one_completes(seeded_db: Connection, rounds: Rounds) -> None:
    before, data = state(seeded_db), rounds.write(1)
    with seeding(seeded_db, data):
        pass
    finish(start(seeded_db, data))
    assert state(seeded_db) == after(before, 1, rounds)


def test_the_lock_of_a_killed_seed_is_free_even_if_it_waits_for_another(
    seeded_db: Connection, rounds: Rounds
) -> None:
    """Its backend looks for its client once a second, and so does not wait for ten."""
    before = state(seeded_db)
    with connect(url_of_connection(seeded_db)) as writer, writer.transaction():
        writer.execute("select from reference_counter for update")
        with seeding(seeded_db, rounds.write(1)):
            wait_until(seeded_db, SOMEONE_WAITS)
            assert not value(seeded_db, UNLOCKED)
        assert wait_until(seeded_db, UNLOCKED, within=2) > 0
    assert state(seeded_db) == before


def test_of_four_seeds_at_once_one_makes_the_version(
    seeded_db: Connection, rounds: Rounds, promise: Promise
) -> None:
    before, data = state(seeded_db), rounds.write(1)
    outputs = [finish(program) for program in [start(seeded_db, data) for _ in range(4)]]
    assert state(seeded_db) == after(before, 1, rounds)
    worked = sum("version 1 → 2" in output for output in outputs)
    idle = sum("nothing to do: the source is that of version 2" in output for output in outputs)
    promise(4, seeds_at_once=4, worked=worked, found_nothing_to_do=idle)
    assert (worked, idle) == (1, 3)


def test_of_four_different_seeds_at_once_each_makes_a_version(seeded_db: Connection, rounds: Rounds) -> None:
    before = state(seeded_db)
    programs = [start(seeded_db, rounds.write(number)) for number in range(1, 5)]
    for program in programs:
        finish(program)
    version, noted, runs, found = state(seeded_db)
    assert (version, runs) == (before[0] + 4, before[2] + 4)
    assert noted == before[1] + 4 * rounds.changes
    assert found in [[1], [2], [3], [4]]
