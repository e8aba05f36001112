"""What is asked of places."""

from typing import Protocol


class PoiStore(Protocol):
    """Keeps places."""
