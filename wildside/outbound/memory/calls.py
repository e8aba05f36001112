"""Answers that are kept for repeated calls, over dicts."""

from datetime import timedelta

from wildside.domain.calls import Answer, Call, Kept
from wildside.domain.errors import CallInProgress
from wildside.outbound.memory.books import Session


class MemoryCalls:
    """Keeps answers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, call: Call) -> Kept | None:
        """Hold the key, then take the place of the one writer, and return the answer that is kept."""
        place = (call.user_id, call.mutation, call.key)
        if not self._session.hold(place):
            raise CallInProgress("A call with this Idempotency-Key is at work.")
        people, now = (await self._session.claim()).people, self._session.shelf.now()
        found = people.answers.get(place)
        if found is None or found[3] <= now:
            return None
        request_hash, answer, created_at, _ = found
        return Kept(request_hash, answer, (now - created_at).total_seconds())

    async def keep(self, call: Call, answer: Answer, lifetime: timedelta) -> None:
        """Keep an answer."""
        people, now = (await self._session.claim()).people, self._session.shelf.now()
        people.must_have(call.user_id)
        place = (call.user_id, call.mutation, call.key)
        people.answers[place] = (call.request_hash, answer, now, now + lifetime)
