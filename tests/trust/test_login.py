"""Claim 12: a refused login reveals nothing, and who guesses keeps nobody out."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from statistics import NormalDist, median
from time import perf_counter

import httpx2
import pytest

from tests.cli.program import Program
from tests.people import PASSWORD, account
from tests.promises import Promise
from tests.soak import times

LOGIN = "/api/v1/login"
KINDS = ("unknown", "wrong", "disabled")
CLOSE = 0.003
"""Seconds that the medians may lie apart."""
UNLIKELY = 0.001
"""How unlikely the ranks must be, if there were no difference, to be called one."""


def rank_test(one: Sequence[float], other: Sequence[float]) -> float:
    """How likely ranks lie at least so far apart by chance (Mann and Whitney, two-sided, of many samples)."""
    joined = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, side) in enumerate(joined, 1) if side == 0)
    n, m = len(one), len(other)
    u, middle, spread = ranks - n * (n + 1) / 2, n * m / 2, (n * m * (n + m + 1) / 12) ** 0.5
    return 2 * (1 - NormalDist().cdf(abs(u - middle) / spread))


@pytest.fixture
def door(database_url: str) -> Iterator[httpx2.Client]:
    """A server that believes whom X-Forwarded-For names, so that guesses come from everywhere."""
    account(database_url, "ada")
    account(database_url, "bob", disabled=True)
    env = {"DATABASE_URL": database_url, "WILDSIDE_PROXY_HOPS": "1"}
    with (
        Program("serve", "--port", "0", env=env) as program,
        httpx2.Client(base_url=program.url(), timeout=60) as client,
    ):
        yield client


def body(kind: str, number: int) -> dict[str, str]:
    return {
        "unknown": {"username": f"nobody{number}", "password": PASSWORD},
        "wrong": {"username": "ada", "password": f"not the one {number:09}"},
        "disabled": {"username": "bob", "password": PASSWORD},
    }[kind]


def address(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"10.{number // 62500}.{number // 250 % 250}.{number % 250}"}


def bare(answer: httpx2.Response) -> str:
    """All of an answer but its trace id and its moment."""
    trace = answer.headers["trace-id"]
    told = [pair for pair in answer.headers.multi_items() if pair[0] not in {"trace-id", "date"}]
    return f"{answer.status_code} {told} {answer.text.replace(trace, '')}"


def test_refusals_are_the_same_bytes_and_as_slow_as_each_other(door: httpx2.Client, promise: Promise) -> None:
    """Interleaved in a random order; how long each took is asserted in soak only."""
    order = [kind for kind in KINDS for _ in range(400 if os.environ.get("SOAK") else 30)]
    seed = Random().randrange(10**6)
    Random(seed).shuffle(order)
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    heard = set()
    for number, kind in enumerate(order):
        began = perf_counter()
        answer = door.post(LOGIN, json=body(kind, number), headers=address(number))
        took[kind].append(perf_counter() - began)
        heard.add(bare(answer))
    assert len(heard) == 1, heard
    assert next(iter(heard)).startswith("401 ")
    medians = {kind: median(took[kind]) for kind in KINDS}
    apart = max(medians.values()) - min(medians.values())
    likely = min(rank_test(took["unknown"], took[kind]) for kind in KINDS[1:])
    promise(
        12, refusals=len(order), seed=seed, different_bytes=0, medians_apart_ms=round(apart * 1000, 2),
        ranks_by_chance=f"{likely:.3f}",
    )  # fmt: skip
    if os.environ.get("SOAK"):
        assert apart < CLOSE, medians
        assert likely > UNLIKELY or apart < CLOSE / 10, medians


def test_guessing_is_bounded_and_others_get_in_meanwhile(door: httpx2.Client, promise: Promise) -> None:
    statuses: Counter[int] = Counter()
    right: Counter[int] = Counter()
    guesses = times(300)
    for number in range(guesses):
        guess = {
            "username": "ada" if number % 2 else f"name{number}",
            "password": f"a guess of many {number}",
        }
        statuses[door.post(LOGIN, json=guess, headers=address(1)).status_code] += 1
        if number % 10 == 0:
            body = {"username": "ada", "password": PASSWORD}
            right[door.post(LOGIN, json=body, headers=address(2)).status_code] += 1
    # Ten of Ada's, then the others', until the address has had its fifty.
    assert statuses[401] == min(50, 10 + (guesses + 1) // 2)
    assert {*statuses} == {401, 429}
    assert {*right} == {200}
    promise(12, guesses=guesses, looked_at=statuses[401], right_ones_let_in=right[200], of=right.total())


def test_the_rank_test_tells_what_differs_from_what_does_not() -> None:
    dice = Random(1)
    here, there, later = ([dice.gauss(mean, 2.0) for _ in range(300)] for mean in (20, 20, 21))
    assert rank_test(here, there) > UNLIKELY > rank_test(here, later)
    assert rank_test([1, 2, 3, 4], [5, 6, 7, 8]) == pytest.approx(0.0209, abs=0.001)
