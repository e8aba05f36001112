"""Sessions: who is logged in, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LIFETIME = timedelta(hours=2)
"""How long a session holds after its login."""


@dataclass(frozen=True, slots=True)
class Session:
    """One login."""

    id: UUID
    user_id: UUID
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose request it is, by which session, and what they may do."""

    user_id: UUID
    session_id: UUID
    roles: frozenset[str]
