"""What is kept no longer: of what there is, how much at once, how often."""

from dataclasses import dataclass
from datetime import timedelta

BATCH = 500
"""Rows of a transaction: so few that it is over in a moment, whatever piled up."""

EVERY = timedelta(minutes=5)
"""How often a process looks, on average."""

ATTEMPTS_KEPT = timedelta(hours=1)
"""How long failed logins are kept: longer than any limit looks back, as they hold addresses."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows were removed."""

    sessions: int
    answers: int
    attempts: int
