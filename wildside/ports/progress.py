"""What is asked of progress along routes."""

from typing import Protocol


class ProgressStore(Protocol):
    """Keeps progress along routes."""
