"""What is asked of imports of OpenStreetMap."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from wildside.domain.geometry import Bounds
from wildside.domain.ingestion import IngestRun, Input, Provenance
from wildside.domain.osm import Element, Place, TagRule
from wildside.domain.pages import Seek


class Extract(Protocol):
    """A file of OpenStreetMap."""

    def digest(self) -> str:
        """Return SHA-256 of the file, hexadecimal. Raises IngestInvalid."""
        ...

    def elements(
        self, wanted: Callable[[dict[str, str]], bool], note: Callable[[int], None]
    ) -> Iterable[Element]:
        """Read every element whose tags are wanted; at the end, note how many have tags at all.

        Raises IngestInvalid where the file is broken, also after some elements.
        """
        ...


class IngestionStore(Protocol):
    """Keeps imports of OpenStreetMap. What is staged is there until the transaction ends."""

    async def begin(self) -> None:
        """Wait until nobody else imports, and keep others waiting until the transaction ends."""
        ...

    async def rules(self) -> Sequence[TagRule]:
        """Return the active rules."""
        ...

    async def region(self, slug: str) -> Bounds | None:
        """Return the bounds of an active region."""
        ...

    async def stage(self, places: Collection[Place]) -> None:
        """Take the places of an import, each once."""
        ...

    async def insert(self, now: datetime) -> int:
        """Add those staged places that are new; return how many."""
        ...

    async def update(self, now: datetime) -> int:
        """Change those that differ from what is staged, or were retired; return how many."""
        ...

    async def retire(self, bounds: Bounds, now: datetime) -> int:
        """Retire those within bounds, edges included, that are not staged; return how many."""
        ...

    async def touch(self, now: datetime) -> None:
        """Note of all staged places that they were seen."""
        ...

    async def weigh(self) -> int:
        """Bring the interests of staged places in step with their categories; return how many differed."""
        ...

    async def run(self, source: Input) -> IngestRun | None:
        """Return the last import of an input."""
        ...

    async def record(self, imported: IngestRun) -> None:
        """Keep an import, in place of that of the same input."""
        ...

    async def add_provenance(self, record: Provenance) -> None:
        """Append to the history."""
        ...

    async def provenance(self, seek: Seek) -> Sequence[Provenance]:
        """Return records of the list PROVENANCE, at most `seek.count`, the nearest to the cut first."""
        ...


NewId = Callable[[], UUID]
"""Makes an id in the order of time."""
