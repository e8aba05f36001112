"""PostgreSQL is crashed and started again under load: nothing kept is lost, everybody is answered."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pytest

from features.support.databases import Databases, running
from tests.cli.places import open_place
from tests.cli.program import Program
from tests.promises import Promise
from tests.trust.history import judge
from tests.trust.rows import rows_of
from tests.trust.walkers import Client, Walkers

CRASHES, OPERATIONS = (20, 50_000) if os.environ.get("SOAK") else (2, 2_000)
PEOPLE, CLIENTS = 8, 12
PATIENCE = 60.0
GONE = 15.0 if os.environ.get("SOAK") else 2.0
"""Seconds without a database."""
MARGIN = 0.7
"""Seconds for a busy machine."""
SEED = int(os.environ.get("SEED", "20261122"))


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    """A PostgreSQL of its own, as durable as others."""
    with open_place() as place, running(place, durable=True) as opened:
        yield opened


@contextmanager
def served(databases: Databases, operations: int) -> Iterator[Walkers]:
    """A server, and clients at work until they have done so much, or the context ends."""
    url = databases.clone("seeded")
    rows = [row for _ in range(PEOPLE) for row in rows_of(url)]
    with Program("serve", "--port", "0", env={"DATABASE_URL": url}) as program:
        walkers = Walkers(program.url(), rows, operations, SEED)
        walkers.start(CLIENTS)
        try:
            yield walkers
        finally:
            walkers.stop()
        walkers.join(PATIENCE)
        walkers.read_all()
    assert walkers.faults == []
    assert "unhandled" not in program.output, program.output


def test_no_acknowledged_write_is_lost_over_crashes(databases: Databases, promise: Promise) -> None:
    print(f"SEED={SEED} makes the same choices again")  # noqa: T201
    with served(databases, OPERATIONS) as walkers:
        away = [crash(databases, walkers, number) for number in range(1, CRASHES + 1)]
        walkers.join(PATIENCE + OPERATIONS / 50)
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
        kept_again_after_s=round(max(away), 2),
        seed=SEED,
    )
    assert anomalies == []
    assert told["writes done"] > OPERATIONS / 4, told
    assert told["503 database_unavailable"] >= CRASHES, told


def gone(databases: Databases, walkers: Walkers, client: Client) -> float:
    """Stop the database; return how long after that we are not ready. We stay alive."""
    databases.stop_at_once()
    stopped = monotonic()
    until(walkers, lambda: client.status("/health/ready") == 503)
    unready = monotonic() - stopped
    while monotonic() - stopped < GONE:
        assert client.status("/health/live") == 200
        sleep(0.05)
    return unready


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


def test_while_the_database_is_gone_everybody_is_answered_and_then_served(
    databases: Databases, promise: Promise
) -> None:
    """Under the same load. Health is asked besides, all the time."""
    with served(databases, 1_000_000) as walkers, Client(walkers.url) as client:
        until(walkers, lambda: client.status("/health/ready") == 200 and walkers.told["writes done"] > 50)
        walkers.slowest = 0.0
        unready = gone(databases, walkers, client)
        databases.restart()
        began, kept = monotonic(), walkers.told["writes done"]
        until(walkers, lambda: client.status("/health/ready") == 200 and walkers.told["writes done"] > kept)
        back = monotonic() - began
    assert judge(walkers.history) == []
    refused = walkers.told["503 database_unavailable"]
    promise(
        6,
        gone_for_s=GONE,
        refused=refused,
        slowest_s=round(walkers.slowest, 2),
        unready_after_s=round(unready, 2),
        back_after_s=round(back, 2),
    )
    assert refused > CLIENTS
    assert walkers.slowest < 3.0
    assert unready < 1.0 + MARGIN
    assert back < 2.0 + MARGIN
