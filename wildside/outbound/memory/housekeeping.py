"""Removal of what counts no longer, over dicts."""

from datetime import timedelta

from wildside.outbound.memory.books import Session


class MemoryHousekeeping:
    """Removes what counts no longer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def remove_sessions(self, most: int) -> int:
        """Remove sessions that have expired."""
        people, now = (await self._session.claim()).people, self._session.shelf.now()
        expired = [one.id for one in people.sessions.values() if one.expires_at <= now][:most]
        for session_id in expired:
            del people.sessions[session_id]
        return len(expired)

    async def remove_answers(self, most: int) -> int:
        """Remove answers that have expired."""
        people, now = (await self._session.claim()).people, self._session.shelf.now()
        expired = [place for place, kept in people.answers.items() if kept[3] <= now][:most]
        for place in expired:
            del people.answers[place]
        return len(expired)

    async def remove_attempts(self, most: int, kept: timedelta) -> int:  # noqa: ARG002 - those of the port
        """Remove failed logins: none are kept in memory."""
        return 0
