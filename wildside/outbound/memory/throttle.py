"""Attempts to log in, over dicts."""

from datetime import datetime
from math import ceil

from wildside.domain.errors import RateLimited
from wildside.domain.throttle import PER_ACCOUNT, PER_ADDRESS, WINDOW, name_hash
from wildside.outbound.memory.books import Session


class MemoryThrottle:
    """Counts attempts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def attempt(self, username: str, address: str) -> int:
        """Note an attempt and return its number."""
        attempts, now = (await self._session.claim()).people.attempts, self._session.shelf.now()
        for number in [number for number, made in attempts.items() if made[2] <= now - WINDOW]:
            del attempts[number]
        there = [made for made in attempts.values() if made[1] == address]
        same = [when for name, _, when in there if name == name_hash(username)]
        until = [*_nth(same, PER_ACCOUNT), *_nth([when for _, _, when in there], PER_ADDRESS)]
        if until:
            wait = (max(until) + WINDOW - now).total_seconds()
            raise RateLimited("Too many attempts to log in failed.", max(1, ceil(wait)))
        number = max(attempts, default=0) + 1
        attempts[number] = (name_hash(username), address, now)
        return number

    async def take_out(self, attempt: int) -> None:
        """Forget an attempt."""
        (await self._session.claim()).people.attempts.pop(attempt, None)

    async def forget(self, username: str) -> None:
        """Forget all attempts with a name."""
        attempts = (await self._session.claim()).people.attempts
        for number in [number for number, made in attempts.items() if made[0] == name_hash(username)]:
            del attempts[number]


def _nth(moments: list[datetime], number: int) -> list[datetime]:
    """Return the nth newest, if there are so many."""
    return sorted(moments, reverse=True)[number - 1 : number]
