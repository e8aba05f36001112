"""What is asked of offline bundles."""

from typing import Protocol


class BundleStore(Protocol):
    """Keeps offline bundles."""
