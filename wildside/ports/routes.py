"""What is asked of routes."""

from typing import Protocol


class RouteStore(Protocol):
    """Keeps routes."""
