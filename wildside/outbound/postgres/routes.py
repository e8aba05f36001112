"""Routes in PostgreSQL."""

from uuid import UUID

from wildside.outbound.postgres.session import Session

_SEES = """
select exists (select from routes r where r.id = $2 and (r.user_id = $1 or r.user_id is null))
"""


class PostgresRoutes:
    """Keeps routes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def sees(self, user_id: UUID, route_id: UUID) -> bool:
        """Return whether there is such a route that a user may see."""
        return bool(await self._session.value(_SEES, user_id, route_id))
