"""When a request that the document allows may be refused: for what OpenAPI has no words."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from schemathesis import Case, HookContext
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData

from tests.fuzz.requests import tried

REASONS = {
    "before_start": "one member depends on another: endedAt on startedAt",
    "contradiction": "members, parameters or headers that go with each other, or do not",
    "invalid_bounds": "from west to east, from south to north",
    "invalid_zoom_range": "the coarsest first",
    "missing_field /regionId": "a bundle of a region names it",
    "missing_field /routeId": "a bundle of a route names it",
    "missing_parameter near": "one of two parameters",
    "repeated": "once for each kind and label",
    "unknown_key": "what there is in the database",
}
"""Codes of faults, or codes and places → what cannot be said."""


def excusing(counted: Counter[str]) -> Callable[[HookContext, Failure, Case[Any], Response], bool]:
    """Return what schemathesis asks about each failure; what is excused is counted, by code."""

    def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        if isinstance(failure, AcceptedNegativeData) and _unsent(case, response):
            counted["wrong, and never sent"] += 1
            return False
        if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
            return True
        found = [_reason(fault) for fault in _faults(response)]
        excused = [reason for reason in found if reason]
        if not found or len(excused) < len(found):
            return True
        counted.update(excused)
        return False

    return filter_failure


def _unsent(case: Case[Any], response: Response) -> bool:
    """Was a parameter made wrong that no query can say, such as an empty list?"""
    sent = parse_qs(urlsplit(str(response.request.url)).query, keep_blank_values=True)
    unsent = {*(case.query or {})} - {*sent}
    return bool(unsent) and tried(case) in {None, *unsent}


def _reason(fault: dict[str, str]) -> str | None:
    code, where = fault["code"], fault.get("pointer") or fault.get("parameter") or ""
    return next((one for one in (code, f"{code} {where}") if one in REASONS), None)


def _faults(response: Response) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(response.content).get("errors", [])
    return found
