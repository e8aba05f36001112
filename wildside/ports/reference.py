"""What readers ask of the reference data."""

from typing import Protocol

from wildside.domain.release import Content, Version


class ReferenceStore(Protocol):
    """Reads whole releases. Both methods raise NoRelease before the first version."""

    async def version(self) -> Version:
        """Return the newest version; cheap enough for every request."""
        ...

    async def content(self) -> Content:
        """Return the newest version and all its active rows, from one snapshot."""
        ...
