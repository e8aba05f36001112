"""What readers ask of the reference data."""

from typing import Protocol

from wildside.domain.delta import Changes
from wildside.domain.release import Content, Version


class ReferenceStore(Protocol):
    """Reads whole releases. The first two methods raise NoRelease before the first version."""

    async def version(self) -> Version:
        """Return the newest version; cheap enough for every request."""
        ...

    async def content(self) -> Content:
        """Return the newest version and all its active rows, from one snapshot."""
        ...

    async def content_at(self, number: int) -> Content:
        """Return what a version held, from the journal. Raises NotFound for one that never was."""
        ...

    async def changes(self, since: int, until: int) -> Changes:
        """Return every key that the journal has between two versions, with its rows at both."""
        ...
