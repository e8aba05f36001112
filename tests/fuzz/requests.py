"""What is done to a request before it is sent, so that a run stays worth something; nothing else is."""

from collections.abc import Callable
from itertools import count
from typing import Any

from schemathesis import Case, GenerationMode, HookContext

from tests.fuzz.city import City
from tests.fuzz.plan import Known
from tests.people import COOKIES, Person, person

OF_THEIR_OWN = {"logOut", "eraseMe"}
"""Each request of these ends a session, so it has one of its own."""

NAMED = ("category", "interest", "cursor")
"""Parameters that name what there is; nobody sends one that they made up."""

_LONGEST_WAIT = 1


BeforeCall = Callable[[HookContext, Case[Any], dict[str, Any]], None]


def prepared(city: City, who: Person | None, known: Known) -> BeforeCall:
    """Return what schemathesis calls before each request."""
    addresses = count(1)
    session = COOKIES.value(who.session_id) if who else None

    def before_call(_context: HookContext, case: Case[Any], _options: dict[str, Any]) -> None:
        name = operation_of(case)
        if name in OF_THEIR_OWN and session:
            _give_session(case, city, session)
        if name == "logIn":
            # From one address only so many may fail, and then nobody would get in.
            case.headers["X-Forwarded-For"] = f"10.{next(addresses) // 250}.7.{next(addresses) % 250}"
        if name == "getReferenceVersion":
            _hurry(case)
        _without_stand_in(case)
        if mode_of(case) is GenerationMode.POSITIVE:
            _agree(case, known)

    return before_call


def operation_of(case: Case[Any]) -> str:
    """Return the name of the operation that is asked."""
    return str(case.operation.definition.raw["operationId"])


def mode_of(case: Case[Any]) -> GenerationMode | None:
    """Tell whether a request is to be good or bad; None where it is neither."""
    return case.meta.generation.mode if case.meta else None


def _give_session(case: Case[Any], city: City, session: str) -> None:
    if operation_of(case) == "logOut" or case.cookies.get(COOKIES.rules.name) == session:
        own = person(city.database, "Gone")
        case.cookies[COOKIES.rules.name] = COOKIES.value(own.session_id)


def _hurry(case: Case[Any]) -> None:
    """Wait a second where a minute may be waited."""
    wait = str(case.query.get("wait", ""))
    if wait.isdecimal() and _LONGEST_WAIT < int(wait) <= 60:
        case.query["wait"] = str(_LONGEST_WAIT)


def tried(case: Case[Any]) -> str | None:
    """Name the parameter that was made wrong, where it is known to be one."""
    return getattr(case.meta.phase.data, "parameter", None) if case.meta else None


def _without_stand_in(case: Case[Any]) -> None:
    """Leave out If-Match: 0, which schemathesis 4.32 has for want of a value, unless it is what is tried."""
    if case.headers.get("If-Match") == "0" and tried(case) != "If-Match":
        del case.headers["If-Match"]


def _agree(case: Case[Any], known: Known) -> None:
    """Leave out of a good request what OpenAPI cannot say is to be left out: else few would come through."""
    body = case.body if isinstance(case.body, dict) else {}
    against = {
        "bbox": "near" in case.query,
        "radius": "near" not in case.query,
        "If-Match": body.get("expectedRevision") is not None,
        "If-None-Match": body.get("expectedRevision") is not None or "If-Match" in case.headers,
        "regionId": body.get("kind") == "route",
        "routeId": body.get("kind") == "region",
    }
    unknown = {
        name
        for name in NAMED
        if name in case.query and case.query[name] not in known.get((operation_of(case), f"query.{name}"), ())
    }
    for given in (case.query, case.headers, body):
        for name in [name for name in given if against.get(name) or name in unknown]:
            del given[name]
