"""Rounds in which every server is asked for every thing in turn, and what came of them side by side."""

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.cases import fetched
from bench.figures import ratios, spread
from bench.wrk import Load, Refused, load

Measured = dict[tuple[int, str, str], list[Load]]
"""connections, case, server → a load for each round"""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask a server. `most`: on how many connections; `known`: it answers 304, without a body."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    most: int = 1_000_000
    known: bool = False


Ask = Callable[[int], Load]
"""Asks on so many connections for a while."""


def asking(what: str, question: Question, seconds: int) -> Ask:
    """Return how to ask a question again and again; it leaves where an answer is not what was to come."""

    def ask(connections: int) -> Load:
        count = min(connections, question.most)
        url = f"http://127.0.0.1:{question.port}{question.path}"
        try:
            seen = load(url, question.headers, count, seconds)
        except Refused as error:
            raise SystemExit(f"{what}, {connections} connections: {error}") from error
        _check_size(what, question, seen, count, seconds)
        return seen

    return ask


def _check_size(what: str, question: Question, seen: Load, connections: int, seconds: int) -> None:
    """Leave where the answers are not as large as they should be: wrk takes any 2xx and 3xx.

    What was under way at the end was counted as bytes and not as an answer. This request also comes after
    all that wrk left behind, so that the next server is measured alone.
    """
    whole = fetched(question.port, question.path, question.headers).content
    body = 0 if question.known else len(whole)
    slack = 1000 + body * connections / (seen.rate * seconds)
    if not body <= seen.size <= body + slack:
        raise SystemExit(f"{what}: {seen.size:.0f} bytes an answer where {body} were to come")


def interleaved(asks: Mapping[str, Mapping[str, Ask]], rounds: int, connections: Sequence[int]) -> Measured:
    """Ask server after server, beginning with another in each round: drift hits all alike.

    `asks`: case → server → how to ask it.
    """
    found: Measured = defaultdict(list)
    for number in range(rounds):
        for count in connections:
            for case, servers in asks.items():
                names = list(servers)
                first = number % len(names)
                for name in names[first:] + names[:first]:
                    found[count, case, name].append(servers[name](count))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return found


def summary(found: Measured, pairs: Callable[[str], Sequence[tuple[str, str]]]) -> list[dict[str, Any]]:
    """Return a row for each number of connections and case.

    `pairs` names, of a case, which server is set against which other; where one was not asked, nothing is.
    """
    rows = []
    for count, case in dict.fromkeys((count, case) for count, case, _ in found):
        loads = {
            name: each for (number, what, name), each in found.items() if (number, what) == (count, case)
        }
        rates = {name: [one.rate for one in each] for name, each in loads.items()}
        rows.append(
            {
                "connections": count,
                "case": case,
                "rate": {name: spread(each) for name, each in rates.items()},
                "p50": {name: spread([one.p50 for one in each]) for name, each in loads.items()},
                "p99": {name: spread([one.p99 for one in each]) for name, each in loads.items()},
                "ratio": {
                    f"{one} / {other}": ratios(rates[one], rates[other])
                    for one, other in pairs(case)
                    if one in rates and other in rates
                },
            }
        )
    return rows
