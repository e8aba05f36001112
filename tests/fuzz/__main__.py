"""Ask a running server all that its OpenAPI document says, and what it does not: python -m tests.fuzz."""

import argparse
import sys
from collections import Counter

import schemathesis
from schemathesis.engine import from_schema
from schemathesis.hooks import unregister_all

from tests.fuzz.city import City, furnished, standing
from tests.fuzz.contract import NAMES, strict
from tests.fuzz.excuses import excusing
from tests.fuzz.plan import Plan, configured, known_values, plans
from tests.fuzz.requests import prepared
from tests.fuzz.tally import Tally

FEWEST = 2000
"""Fewer cases than this, and the run is not what it was."""


def main() -> int:
    """Return 1 where a check failed, an operation was never reached, or too little was asked."""
    options = _options()
    tally, excused = Tally(), Counter[str]()
    with standing() as city:
        people = furnished(city), furnished(city, "admin")
        for plan in plans(*people, options.examples, options.whole):
            before = tally.cases
            _ask(plan, city, options.seed, tally, excused)
            _say(f"{plan.name}: {tally.cases - before} cases")
    return _report(tally, excused)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=10, help="made up for each operation and phase")
    parser.add_argument("--seed", type=int, default=1, help="what they follow from")
    parser.add_argument("--whole", action="store_true", help="everybody asks everything, in every phase")
    return parser.parse_args()


def _ask(plan: Plan, city: City, seed: int, tally: Tally, excused: Counter[str]) -> None:
    known = known_values(city, plan.who)
    config = configured(plan, city, known, seed)
    schema = schemathesis.openapi.from_dict(strict(plan.operations), config=config)
    unregister_all()
    schemathesis.hook("before_call")(prepared(city, plan.who, known))
    schemathesis.hook("filter_failure")(excusing(excused))
    tally.take(plan.name, from_schema(schema).execute())


def _report(tally: Tally, excused: Counter[str]) -> int:
    wrong = [f"{' | '.join(where)}\n{text}\n" for where, text in tally.failures.items()]
    wrong += tally.errors
    wrong += [f"{name} has never done what was asked" for name in sorted(NAMES - tally.reached())]
    if tally.cases < FEWEST:
        wrong.append(f"{tally.cases} cases are too few: {FEWEST} are to be made at least")
    for name in sorted(tally.answers):
        counted = sorted(tally.answers[name].items())
        _say(f"  {name:24}" + " ".join(f"{status}:{times}" for status, times in counted))
    _say("checks: " + ", ".join(f"{name} {times}" for name, times in sorted(tally.checks.items())))
    _say("excused: " + ", ".join(f"{code} {times}" for code, times in sorted(excused.items())))
    for one in wrong:
        _say(one)
    _say(f"{tally.cases} cases, {tally.requests} requests, {len(wrong)} failures")
    return int(bool(wrong))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
