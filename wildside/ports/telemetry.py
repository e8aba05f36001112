"""What is counted of how the API is used: never who used it."""

from dataclasses import dataclass
from typing import Literal, Protocol

Walk = Literal["first", "next", "prev"]
"""How a page was reached: without a cursor, or by the link of another page."""
Outcome = Literal["hit", "miss", "conflict", "in_progress"]
"""Of a call with an Idempotency-Key: answered again, done, refused for another payload, or still at work."""


class Telemetry(Protocol):
    """Takes note, and neither waits nor fails."""

    def page(self, scope: str, size: int, direction: Walk) -> None:
        """Count a page of a list: how many rows it has, and how it was reached."""
        ...

    def idempotency(self, mutation: str, outcome: Outcome, age: float | None) -> None:
        """Count a call with an Idempotency-Key; `age` is of the answer that it got again, in seconds."""
        ...

    def changes(self, mode: str) -> None:
        """Count an answer to a client that asked what it lacks: none, delta or full."""
        ...

    def waited(self, seconds: float, found: bool) -> None:
        """Count a wait for a connection to the database, and whether there was one in the end."""
        ...


@dataclass(frozen=True, slots=True)
class PoolUsage:
    """Connections to the database: how many are lent, how many wait to be, and how many there may be."""

    used: int
    idle: int
    most: int


class Pool(Protocol):
    """Knows its connections."""

    def usage(self) -> PoolUsage:
        """Return how many there are at this moment."""
        ...
