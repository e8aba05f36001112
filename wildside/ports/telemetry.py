"""What is counted of how the API is used: never who used it."""

from typing import Literal, Protocol

Outcome = Literal["hit", "miss", "conflict", "in_progress"]
"""Of a call with an Idempotency-Key: answered again, done, refused for another payload, or still at work."""


class Telemetry(Protocol):
    """Takes note, and neither waits nor fails."""

    def idempotency(self, mutation: str, outcome: Outcome, age: float | None) -> None:
        """Count a call with an Idempotency-Key; `age` is of the answer that it got again, in seconds."""
        ...
