"""Do a mutation once, however often it is called under one Idempotency-Key."""

from collections.abc import Awaitable, Callable

from wildside.domain.calls import KEPT, Answer, Call
from wildside.domain.errors import IdempotencyKeyReused
from wildside.ports.database import Stores


async def call_once(
    stores: Stores, call: Call, effect: Callable[[], Awaitable[Answer]]
) -> tuple[Answer, float | None]:
    """Return the answer, and its age in seconds where it is that of an earlier call.

    The claim, the effect and the kept answer are all within the caller's transaction, so that
    there is either all of it or nothing. Raises IdempotencyKeyReused where the key was used for
    another payload, CallInProgress where the same call is at work.
    """
    kept = await stores.calls.claim(call)
    if kept is None:
        answer = await effect()
        await stores.calls.keep(call, answer, KEPT)
        return answer, None
    if kept.request_hash != call.request_hash:
        raise IdempotencyKeyReused("This Idempotency-Key was used for another request.")
    return kept.answer, kept.age
