"""`wildside seed`, killed or started several times at once: all of it is there, or nothing of it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest

from tests.conftest import REFERENCE, url_of_connection
from tests.sql.support import Connection, connect, value, wait_until

ROOT = Path(__file__).parents[2]
MOMENTS = 10
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


def start(connection: Connection, data: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": url_of_connection(connection)}
    command = [sys.executable, "-m", "wildside", "seed", "--data", str(data)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    return output


@contextmanager
def seeding(connection: Connection, data: Path) -> Iterator[subprocess.Popen[str]]:
    """A seed that has reached the database, killed at the end if it still runs."""
    with start(connection, data) as process:
        wait_until(connection, AT_WORK)
        yield process
        process.kill()


def test_a_seed_that_is_killed_leaves_all_or_nothing(seeded_db: Connection, rounds: Rounds) -> None:
    with seeding(seeded_db, rounds.write(1)) as process:
        began = monotonic()
        finish(process)
        whole = monotonic() - began
    for moment in range(MOMENTS):
        before, number = state(seeded_db), moment + 2
        with seeding(seeded_db, rounds.write(number)) as process, suppress(subprocess.TimeoutExpired):
            process.wait(timeout=whole * moment / MOMENTS)
        wait_until(seeded_db, UNLOCKED, within=1)
        wait_until(seeded_db, GONE)
        assert state(seeded_db) in (before, after(before, number, rounds))


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


def test_of_four_seeds_at_once_one_makes_the_version(seeded_db: Connection, rounds: Rounds) -> None:
    before, data = state(seeded_db), rounds.write(1)
    outputs = [finish(process) for process in [start(seeded_db, data) for _ in range(4)]]
    assert state(seeded_db) == after(before, 1, rounds)
    assert sum("version 1 → 2" in output for output in outputs) == 1
    assert sum("nothing to do: the source is that of version 2" in output for output in outputs) == 3


def test_of_four_different_seeds_at_once_each_makes_a_version(seeded_db: Connection, rounds: Rounds) -> None:
    before = state(seeded_db)
    processes = [start(seeded_db, rounds.write(number)) for number in range(1, 5)]
    for process in processes:
        finish(process)
    version, noted, runs, found = state(seeded_db)
    assert (version, runs) == (before[0] + 4, before[2] + 4)
    assert noted == before[1] + 4 * rounds.changes
    assert found in [[1], [2], [3], [4]]
