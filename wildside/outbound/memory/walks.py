"""Walks over dicts."""

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from wildside.domain.errors import NotFound, RetryTransaction
from wildside.domain.pages import Seek
from wildside.domain.walks import COMPLETED, Walk, WalkSession
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.pages import nearest


class MemoryWalks:
    """Keeps walks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def completed(self, user_id: UUID, seek: Seek) -> Sequence[WalkSession]:
        """Return a user's walks that have ended, the nearest to the cut first."""
        walks = self._session.books.people.walks.values()
        ended = [one for one in walks if one.user_id == user_id and one.walk.ended_at is not None]
        return nearest(COMPLETED, ended, seek)

    async def get(self, user_id: UUID, walk_id: UUID) -> WalkSession | None:
        """Return a walk of a user."""
        return self._session.books.people.walks.get((user_id, walk_id))

    async def hold(self, user_id: UUID, walk_id: UUID) -> WalkSession | None:
        """Return a walk of a user, and keep it until the transaction ends."""
        (await self._session.claim()).people.must_have(user_id)
        return await self.get(user_id, walk_id)

    async def missing(self, poi_ids: Sequence[UUID]) -> Set[UUID]:
        """Return those places that there are not."""
        return {*poi_ids} - self._session.books.city.pois.keys()

    async def add(self, user_id: UUID, walk: Walk) -> WalkSession | None:
        """Store a walk, unless the user has one with this id."""
        if await self.hold(user_id, walk.id) is not None:
            return None
        books, now = self._session.books, self._session.shelf.now()
        self._check_places(walk)
        if walk.route_id not in books.city.routes:
            raise RetryTransaction("the route is no longer there")
        books.people.walks[user_id, walk.id] = WalkSession(user_id, walk, 1, now, now)
        return books.people.walks[user_id, walk.id]

    async def change(self, user_id: UUID, walk: Walk) -> WalkSession:
        """Write a walk in place of the one that is held."""
        found = (await self._session.claim()).people.walks.get((user_id, walk.id))
        if found is None:
            raise NotFound("You have no such walk.")
        self._check_places(walk)
        made = replace(
            found,
            walk=replace(walk, route_id=found.walk.route_id, started_at=found.walk.started_at),
            revision=found.revision + 1,
            updated_at=max(self._session.shelf.now(), found.updated_at + timedelta(microseconds=1)),
        )
        self._session.books.people.walks[user_id, walk.id] = made
        return made

    def _check_places(self, walk: Walk) -> None:
        if not {*walk.highlights} <= self._session.books.city.pois.keys():
            raise RetryTransaction("a place is no longer there")
