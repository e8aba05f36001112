"""Which problems an operation can end with: what follows from what it is, and what it names."""

from collections.abc import Mapping, Set

from wildside.inbound.http.contract.operations import Operation
from wildside.inbound.http.contract.parameters import IDEMPOTENCY_KEY, IF_MATCH
from wildside.inbound.http.cross_site import SAFE
from wildside.inbound.http.problems import STATUSES

_READING = {"database_unavailable", "timed_out", "schema_mismatch", "retry_transaction"}
_WRITING = {*_READING, "outcome_unknown"}
_BODY = {"request_timeout", "payload_too_large", "unsupported_media_type"}
_KEYED = {"idempotency_key_reused", "call_in_progress"}
_REVISED = {"revision_mismatch", "precondition_failed"}


def problems_of(one: Operation) -> Mapping[int, Set[str]]:
    """Return the codes of the problems that an operation can end with, by status.

    A look at health has none but of our own making: what it finds is its answer.
    """
    safe, looked = one.method in SAFE, not one.path.startswith("/health")
    rules = [
        (True, {"internal_error", *one.problems}),
        (looked, {"invalid_request", *(_READING if safe else _WRITING)}),
        (one.handler.access != "anybody", {"unauthorized"}),
        (one.handler.access == "admin" or not safe, {"forbidden"}),
        ("{" in one.path, {"not_found"}),
        (one.is_json, {"not_acceptable"}),
        (one.body is not None, _BODY),
        (IDEMPOTENCY_KEY in one.headers, _KEYED),
        (IF_MATCH in one.headers, _REVISED),
    ]
    by_status: dict[int, set[str]] = {}
    for code in set().union(*(codes for holds, codes in rules if holds)):
        by_status.setdefault(STATUSES[code], set()).add(code)
    return by_status
