"""What is asked of the catalogue of routes."""

from typing import Protocol


class RouteCatalogueStore(Protocol):
    """Keeps the catalogue of routes."""
