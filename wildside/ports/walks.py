"""What is asked of walks."""

from typing import Protocol


class WalkStore(Protocol):
    """Keeps walks."""
