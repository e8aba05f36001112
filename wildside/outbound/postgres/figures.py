"""What operators watch of PostgreSQL, in one statement."""

from wildside.domain.figures import Figures
from wildside.outbound.postgres.session import Session

# Sessions are counted along sessions_expiry; those that have expired are not looked at.
_FIGURES = """
select c.version, c.changed_at as released_at,
       (select count(*) from sessions where expires_at > now() and revoked_at is null) as sessions,
       s.runs as seed_runs, s.last as seeded_at
  from reference_counter c
 cross join (select count(*) as runs, max(finished_at) as last from reference_seed_runs) s
"""


class PostgresFigures:
    """Counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def figures(self) -> Figures:
        """Return the figures of this moment."""
        return Figures(**await self._session.row(_FIGURES))
