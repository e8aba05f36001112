"""What operators watch of the database as a whole, not of one server."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """The newest version and when it was made, sessions that hold, and seeds that committed."""

    version: int
    released_at: datetime
    sessions: int
    seed_runs: int
    seeded_at: datetime | None
