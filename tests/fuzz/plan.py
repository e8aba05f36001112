"""Who asks what, how often, and with which values: the settings of a run of schemathesis."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from schemathesis.config import SchemathesisConfig

from tests.fuzz.city import City
from tests.fuzz.contract import NAMES
from tests.people import COOKIES, Person
from wildside.inbound.http.urls import OPERATIONS

PHASES = ("examples", "coverage", "fuzzing", "stateful")
Known = Mapping[tuple[str, str], list[str]]
"""Values that mean something, by operation and parameter."""

_MADE = {"writeNote", "getNote", "removeNote", "putBundle", "getBundle", "removeBundle"}
"""What is made and removed again."""

_KNOWN = 0.8
"""How often a value is one that means something here; else it is made up."""

_ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "412", "429"]
"""What may come of what the document allows: it depends on who asks, and on what is stored."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Somebody, what they ask, and how many examples of each operation are made up."""

    name: str
    who: Person | None
    operations: Collection[str]
    phases: Collection[str]
    examples: int


def plans(walker: Person, administrator: Person, examples: int, whole: bool) -> list[Plan]:
    """Return the plans of a run; unless it is to be `whole`, who is like another asks less."""
    admins = {one.name for one in OPERATIONS if one.handler.access == "admin"}
    return [
        Plan("a walker", walker, NAMES, PHASES, examples),
        Plan(
            "an administrator",
            administrator,
            NAMES if whole else admins,
            PHASES if whole else PHASES[:3],
            examples,
        ),
        # Few of the first plan's chains are as long as: make it, remove it, look for it.
        Plan("a walker who removes", walker, _MADE, ("stateful",), examples * 5),
        Plan("nobody", None, NAMES, PHASES if whole else ("fuzzing",), examples if whole else examples // 3),
    ]


def configured(plan: Plan, city: City, known: Known, seed: int) -> SchemathesisConfig:
    """Return the settings of a plan. All checks are on; the same seed makes the same values."""
    shown = {
        "base-url": city.url,
        "seed": seed,
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": 20,
        "suppress-health-check": ["all"],
        "generation": {"max-examples": plan.examples, "database": "none", "no-shrink": True},
        "checks": {"enabled": True, "positive_data_acceptance": {"expected-statuses": _ACCEPTED}},
        "phases": {name: _phase(name, plan) for name in PHASES},
        "dictionaries": {_name(where): {"values": values} for where, values in known.items()},
        "operations": [_binding(*where) for where in known],
    }
    if plan.who:
        shown["auth"] = {"openapi": {"session": {"api_key": COOKIES.value(plan.who.session_id)}}}
    return SchemathesisConfig.from_dict(shown)


def _phase(name: str, plan: Plan) -> dict[str, Any]:
    enabled = {"enabled": name in plan.phases}
    if name != "stateful":
        return enabled
    # Links are those of the document: what is guessed besides is not what it says.
    return {
        **enabled,
        "inference": {"algorithms": []},
        "generation": {"max-examples": plan.examples * 2},
    }


def _binding(operation: str, parameter: str) -> dict[str, Any]:
    values = {"dictionary": _name((operation, parameter)), "probability": _KNOWN}
    return {"include-operation-id": operation, "parameters": {parameter: values}}


def _name(where: tuple[str, str]) -> str:
    return "-".join(where).replace(".", "-")


def known_values(city: City, who: Person | None) -> Known:
    """Return values that mean something, by operation and parameter."""
    release = city.release()
    tables = release["tables"]
    routes, token = city.ids("routes"), [release["referenceVersion"]]
    found = {
        **{(one.name, "path.id"): routes for one in OPERATIONS if "/routes/{id}" in one.path},
        ("getPoi", "path.id"): city.ids("pois"),
        ("getReferenceTable", "path.table"): [*tables],
        ("getReferenceChanges", "query.since"): token,
        ("getReferenceChanges", "query.to"): token,
        ("getReferenceBootstrap", "query.version"): token,
        ("findPois", "query.near"): ["24.94,60.17", "24.95,60.168"],
        ("findPois", "query.category"): [row["slug"] for row in tables["poi_categories"]],
        ("findPois", "query.interest"): [row["slug"] for row in tables["interest_themes"]],
    }
    cursors = city.cursors(who) if who else {}
    return {**found, **{(name, "query.cursor"): [cursor] for name, cursor in cursors.items()}}
