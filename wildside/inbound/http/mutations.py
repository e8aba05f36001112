"""Mutations: in one transaction, once for each Idempotency-Key, again where PostgreSQL asks for it."""

import random
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import structlog
from starlette.responses import Response

from wildside.domain.calls import Answer, Call
from wildside.domain.errors import Fault, InvalidRequest
from wildside.domain.sessions import SignedIn
from wildside.inbound.http.representations import MEDIA_TYPE
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.call_once import call_once
from wildside.usecases.transact import transact

log = structlog.get_logger()


async def mutate(
    request: ApiRequest,
    who: SignedIn,
    mutation: str,
    payload: Any,
    effect: Callable[[Stores], Awaitable[Answer]],
) -> Response:
    """Answer with what `effect` does, or with what it did before under the same key.

    `payload` is all that the request asks for, its path included, as JSON.
    """
    key = idempotency_key(request)
    call = Call.of(who.user_id, mutation, key, payload) if key else None

    async def work(stores: Stores) -> tuple[Answer, float | None]:
        if call is None:
            return await effect(stores), None
        return await call_once(stores, call, lambda: effect(stores))

    pauses = [random.uniform(0, longest) for longest in (0.02, 0.06, 0.18)]  # noqa: S311 - not a secret
    answer, age = await transact(request.state["database"], work, pauses)
    if call:
        log.info("idempotency", mutation=mutation, outcome="miss" if age is None else "hit", age=age)
    headers = {"Cache-Control": "no-store", **answer.headers}
    if age is not None:
        headers["Idempotency-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, MEDIA_TYPE if answer.body else None)


def idempotency_key(request: ApiRequest) -> UUID | None:
    """Return the request's Idempotency-Key, a UUID. Raises InvalidRequest."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    try:
        if len(given) > 1 or len(given[0]) != 36:
            raise ValueError
        return UUID(given[0])
    except ValueError as error:
        detail = "Idempotency-Key is one UUID, as 0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11."
        fault = Fault("Idempotency-Key", "invalid_idempotency_key", detail, "header")
        raise InvalidRequest(detail, [fault]) from error
