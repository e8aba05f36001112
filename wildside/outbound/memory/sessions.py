"""Sessions over dicts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from wildside.domain.sessions import Session as UserSession
from wildside.domain.sessions import SignedIn
from wildside.outbound.memory.books import Session


class MemorySessions:
    """Keeps sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self, session_id: UUID, user_id: UUID, lifetime: timedelta) -> UserSession:
        """Begin a session."""
        people, now = (await self._session.claim()).people, self._session.shelf.now()
        people.must_have(user_id)
        people.sessions[session_id] = UserSession(session_id, user_id, now, now + lifetime, None)
        return people.sessions[session_id]

    async def signed_in(self, session_id: UUID) -> SignedIn | None:
        """Return whose session it is, if it holds."""
        found = self._session.books.people.sessions.get(session_id)
        if found is None or not self._holds(found):
            return None
        people = self._session.books.people
        known = people.credentials.get(found.user_id)
        if known is None or known.disabled_at:
            return None
        return SignedIn(found.user_id, session_id, people.roles_of(found.user_id))

    async def end(self, user_id: UUID, session_id: UUID) -> bool:
        """End a session of a user."""
        sessions = (await self._session.claim()).people.sessions
        found = sessions.get(session_id)
        if found is None or found.user_id != user_id or not self._holds(found):
            return False
        sessions[session_id] = replace(found, revoked_at=self._session.shelf.now())
        return True

    async def of_user(self, user_id: UUID) -> Sequence[UserSession]:
        """Return the sessions of a user that hold."""
        found = self._session.books.people.sessions.values()
        theirs = [one for one in found if one.user_id == user_id and self._holds(one)]
        return sorted(theirs, key=lambda one: (one.issued_at, one.id))

    async def end_all(self, user_id: UUID) -> int:
        """End every session of a user."""
        theirs = await self.of_user(user_id)
        for one in theirs:
            await self.end(user_id, one.id)
        return len(theirs)

    def _holds(self, session: UserSession) -> bool:
        return session.revoked_at is None and session.expires_at > self._session.shelf.now()
