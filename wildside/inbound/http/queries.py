"""Query parameters: which a path takes, each at most once, and what they may hold."""

from collections.abc import Mapping

from wildside.domain.errors import Fault, InvalidRequest
from wildside.inbound.http.state import ApiRequest

PARAMETERS = "wildside.parameters"
"""Where a scope has the names of the parameters that its operation takes."""


def query(request: ApiRequest) -> Mapping[str, str]:
    """Return the parameters. Raises InvalidRequest that lists every unknown and every repeated one."""
    given, known = request.query_params, request.scope[PARAMETERS]
    errors = [
        Fault(name, "unknown_parameter", "This path takes no such parameter.", "parameter")
        for name in sorted(set(given) - set(known))
    ]
    errors += [
        Fault(name, "repeated_parameter", "This may be given once.", "parameter")
        for name in known
        if len(given.getlist(name)) > 1
    ]
    if errors:
        raise InvalidRequest("The request has parameters that it should not have.", errors)
    return given


def required(given: Mapping[str, str], name: str, meaning: str) -> str:
    """Return a parameter. Raises InvalidRequest that says what it means when it is missing."""
    if name not in given:
        raise InvalidRequest(
            f"The parameter {name} is missing: {meaning}.",
            [Fault(name, "missing_parameter", meaning, "parameter")],
        )
    return given[name]


def number(name: str, text: str, largest: int) -> int:
    """Return a whole number from 0 to `largest`. Raises InvalidRequest naming the parameter."""
    if text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= largest:
        return int(text)
    detail = f"{name} is a whole number from 0 to {largest}."
    raise InvalidRequest(detail, [Fault(name, "invalid_number", detail, "parameter")])
