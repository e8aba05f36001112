"""Progress along routes over dicts."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from wildside.domain.errors import NotFound, RetryTransaction, RevisionMismatch
from wildside.domain.progress import Progress, Visits
from wildside.outbound.memory.books import Session


class MemoryProgress:
    """Keeps progress along routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, user_id: UUID, route_id: UUID) -> Progress | None:
        """Return how far a user has come along a route."""
        return self._session.books.people.progress.get((user_id, route_id))

    async def strangers(self, route_id: UUID, stops: Sequence[UUID]) -> Collection[UUID]:
        """Return which of these are no stops of a route."""
        route = self._session.books.city.routes.get(route_id)
        return {*stops} - {stop.id for stop in (route.stops if route else ())}

    async def hold(self, user_id: UUID, route_id: UUID) -> int | None:
        """Return the revision that there is, and keep it until the transaction ends."""
        people = (await self._session.claim()).people
        people.must_have(user_id)
        found = people.progress.get((user_id, route_id))
        return found.revision if found else None

    async def save(self, user_id: UUID, visits: Visits, replaced: int | None) -> Progress:
        """Write visits in place of a revision, or as the first."""
        actual = await self.hold(user_id, visits.route_id)
        if actual != replaced:
            raise RevisionMismatch(replaced, actual)
        books = self._session.books
        if visits.route_id not in books.city.routes:
            raise NotFound("There is no such route.")
        if await self.strangers(visits.route_id, visits.stops):
            raise RetryTransaction("a stop is no longer there")
        place, now = (user_id, visits.route_id), self._session.shelf.now()
        before = books.people.progress.get(place)
        moment = max(now, before.updated_at + timedelta(microseconds=1)) if before else now
        made = Progress(user_id, visits.route_id, visits.stops, (actual or 0) + 1, moment)
        books.people.progress[place] = made
        return made
