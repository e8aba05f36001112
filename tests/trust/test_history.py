"""The judge of histories: it says nothing of those that can be, and finds each thing that cannot."""

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.trust.history import Anomaly, History, Operation, Outcome, judge
from tests.trust.simulated import PLANTS, Plant, Simulation

STEPS = st.lists(st.integers(0, 4 * 210 - 1), min_size=12, max_size=120)
checked = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much]
)


def kinds(history: History) -> set[Anomaly]:
    return {anomaly for anomaly, _ in judge(history)}


@given(STEPS)
@checked
def test_a_history_that_can_be_passes(steps: list[int]) -> None:
    assert judge(Simulation().run(steps)) == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
@given(steps=STEPS, seed=st.integers(0, 9))
@checked
def test_what_is_planted_is_found(plant: Plant, steps: list[int], seed: int) -> None:
    history = Simulation().run(steps)
    assume(plant(history, random.Random(seed)))
    assert PLANTS[plant] in kinds(history)


def test_every_anomaly_is_planted() -> None:
    assert {*PLANTS.values()} == {*Anomaly}


def test_simulated_histories_hold_all_that_happens() -> None:
    dice, seen = random.Random(8), Counter[object]()
    for _ in range(50):
        history = Simulation().run([dice.randrange(840) for _ in range(120)])
        operations = [event.operation for event in history.events if event.ends]
        seen.update((one.writes, one.outcome) for one in operations)
        read = {one.value for one in operations if not one.writes}
        for one in operations:
            if one.outcome is Outcome.UNKNOWN:
                seen["an unknown effect" if one.value in read else "an unknown that nobody saw"] += 1
    assert min(seen.values()) > 20, seen
    assert len(seen) == 6, seen


def history_of(*told: tuple[int | None, str | None, Outcome, int]) -> History:
    """One after the other: what is replaced (None: it reads), the value, the outcome, the revision."""
    history = History()
    for replaces, value, outcome, revision in told:
        written = value if replaces is not None else None
        history.end(history.begin(Operation("row", replaces, written)), outcome, revision, value)
    return history


DONE, FAILED, UNKNOWN = Outcome.DONE, Outcome.FAILED, Outcome.UNKNOWN
FIRST = (0, "one", DONE, 1)


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ([(None, "one", DONE, 1)], set()),
        ([(1, "two", UNKNOWN, 0), (None, "one", DONE, 1)], set()),
        ([(1, "two", UNKNOWN, 0), (None, "two", DONE, 2)], set()),
        ([(1, "two", DONE, 2), (1, "other", FAILED, 0), (None, "two", DONE, 2)], set()),
        ([(1, "two", UNKNOWN, 0), (2, "three", DONE, 3), (None, "three", DONE, 3)], set()),
        ([(None, None, DONE, 0)], {Anomaly.STALE, Anomaly.LOST}),
        ([(2, "three", DONE, 3), (None, "three", DONE, 3)], {Anomaly.SKIPPED}),
        ([(0, "other", UNKNOWN, 0), (None, "other", DONE, 1)], {Anomaly.LOST}),
        ([(0, "other", DONE, 1), (None, "one", DONE, 1)], {Anomaly.TWICE}),
        ([(1, "two", FAILED, 0), (None, "two", DONE, 2)], {Anomaly.FAILED, Anomaly.SKIPPED}),
        ([(None, "two", DONE, 2)], {Anomaly.UNHEARD, Anomaly.SKIPPED}),
        ([(None, "one", UNKNOWN, 0)], {Anomaly.UNREAD}),
        ([(1, "two", DONE, 2)], {Anomaly.UNREAD}),
    ],
)
def test_by_hand(rest: list[tuple[int | None, str | None, Outcome, int]], found: set[Anomaly]) -> None:
    assert kinds(history_of(FIRST, *rest)) == found
