"""What is asked of imports of OpenStreetMap."""

from typing import Protocol


class IngestionStore(Protocol):
    """Keeps imports of OpenStreetMap."""
