"""Mutations: in one transaction, once for each Idempotency-Key, again where PostgreSQL asks for it."""

import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from starlette.responses import Response

from wildside.domain.calls import Answer, Call
from wildside.domain.errors import CallInProgress, Fault, IdempotencyKeyReused, InvalidRequest
from wildside.domain.sessions import SignedIn
from wildside.inbound.http.representations import MEDIA_TYPE
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.call_once import call_once
from wildside.usecases.transact import transact

# As a string of structured fields too (RFC 9651, section 3.3.3), which the header's draft wants.
_KEY = re.compile(r'("?)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\1', re.IGNORECASE)
_LONGEST_PAUSES = (0.02, 0.06, 0.18)


async def mutate(
    request: ApiRequest,
    who: SignedIn,
    mutation: str,
    payload: Any,
    effect: Callable[[Stores], Awaitable[Answer]],
    again: Callable[[bytes], bytes] = bytes,
) -> Response:
    """Answer with what `effect` does, or with what it did before under the same key.

    `payload` is all that the request asks for, its path included, as JSON. `effect` may be run
    several times, of which one is kept; what it cannot do it raises. `again` makes the body that
    is sent of one that was sent before.
    """
    key = idempotency_key(request)
    if key is None:
        return _response(await transact(request.state["database"], effect, _pauses()))
    call = Call.of(who.user_id, mutation, key, payload)

    async def work(stores: Stores) -> tuple[Answer, float | None]:
        return await call_once(stores, call, lambda: effect(stores))

    count = request.state["telemetry"].idempotency
    try:
        answer, age = await transact(request.state["database"], work, _pauses())
    except IdempotencyKeyReused:
        count(mutation, "conflict", None)
        raise
    except CallInProgress:
        count(mutation, "in_progress", None)
        raise
    count(mutation, "miss" if age is None else "hit", age)
    if age is None:
        return _response(answer)
    return _response(replace(answer, body=again(answer.body)), replayed=True)


def idempotency_key(request: ApiRequest) -> UUID | None:
    """Return the request's Idempotency-Key, a UUID. Raises InvalidRequest."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    found = _KEY.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        detail = "Idempotency-Key is one UUID, as 0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11."
        raise InvalidRequest(detail, [Fault("Idempotency-Key", "invalid_idempotency_key", detail, "header")])
    return UUID(found[2])


def _response(answer: Answer, *, replayed: bool = False) -> Response:
    headers = {"Cache-Control": "no-store", **answer.headers}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, MEDIA_TYPE if answer.body else None)


def _pauses() -> list[float]:
    """Roll how long to wait before each further attempt, so that those who met do not meet again."""
    return [random.uniform(0, longest) for longest in _LONGEST_PAUSES]  # noqa: S311 - not a secret
