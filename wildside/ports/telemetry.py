"""What is counted of how the API is used: never who used it."""

from typing import Literal, Protocol

Walk = Literal["first", "next", "prev"]
"""How a page was reached: without a cursor, or by the link of another page."""


class Telemetry(Protocol):
    """Takes note, and neither waits nor fails."""

    def page(self, scope: str, size: int, direction: Walk) -> None:
        """Count a page of a list: how many rows it has, and how it was reached."""
        ...
