"""What is counted of how the API is used: never who used it."""

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
