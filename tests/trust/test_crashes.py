"""PostgreSQL is crashed and started again under load: no acknowledged write is lost, no revision is wrong."""

import os
import random
from collections.abc import Callable
from time import monotonic, sleep

from features.support.databases import Databases, running
from tests.cli.places import open_place
from tests.cli.program import Program
from tests.promises import Promise
from tests.trust.history import judge
from tests.trust.rows import rows_of
from tests.trust.walkers import Walkers

CRASHES, OPERATIONS = (20, 50_000) if os.environ.get("SOAK") else (2, 5_000)
PEOPLE, CLIENTS = 8, 12
PATIENCE = 60.0
SEED = int(os.environ.get("SEED", "20261122"))


def test_no_acknowledged_write_is_lost_over_crashes(promise: Promise) -> None:
    print(f"SEED={SEED} makes the same choices again")  # noqa: T201
    with open_place() as place, running(place, durable=True) as databases:
        url = databases.clone("seeded")
        rows = [row for _ in range(PEOPLE) for row in rows_of(url)]
        with Program("serve", "--port", "0", env={"DATABASE_URL": url}) as program:
            walkers = Walkers(program.url(), rows, OPERATIONS, SEED)
            walkers.start(CLIENTS)
            try:
                away = [crash(databases, walkers, number) for number in range(1, CRASHES + 1)]
                walkers.join(PATIENCE + OPERATIONS / 50)
            finally:
                walkers.stop()
            walkers.read_all()
        assert "unhandled" not in program.output, program.output
    told = walkers.told
    anomalies = judge(walkers.history)
    promise(
        1,
        crashes=CRASHES,
        operations=OPERATIONS,
        acknowledged=told["writes done"],
        failed=told["writes failed"],
        unknown=told["writes unknown"],
        anomalies=len(anomalies),
        slowest_s=round(walkers.slowest, 2),
        back_after_s=round(max(away), 2),
        seed=SEED,
    )
    assert walkers.faults == []
    assert anomalies == []
    assert told["writes done"] > OPERATIONS / 4, told
    assert told["503 database_unavailable"] >= CRASHES, told


def crash(databases: Databases, walkers: Walkers, number: int) -> float:
    """Crash at a share of the work, start again; return how long after that the next write was kept."""
    until(walkers, lambda: walkers.begun >= OPERATIONS * number / (CRASHES + 1))
    dice = random.Random(f"{SEED} {number}")
    sleep(dice.random() / 20)
    databases.stop_at_once() if dice.random() < 0.5 else databases.kill()
    sleep(dice.random() / 5)
    databases.restart()
    began, kept = monotonic(), walkers.told["writes done"]
    until(walkers, lambda: walkers.told["writes done"] > kept)
    return monotonic() - began


def until(walkers: Walkers, condition: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE + OPERATIONS / 50
    while not condition():
        assert not walkers.faults, walkers.faults
        assert monotonic() < deadline, walkers.told
        sleep(0.005)
