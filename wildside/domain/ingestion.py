"""Imports of OpenStreetMap: what was imported, what that changed, and the history of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wildside.domain.geometry import Bounds
from wildside.domain.pages import IDENTITY, MOMENT, Listing

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
"""To be shown with whatever comes of an import."""

_URL = re.compile(r"https?://\S+")
_SHA_256 = re.compile(r"[0-9a-f]{64}")


def is_source_url(text: str) -> bool:
    """Return whether this can be said to be where a file came from."""
    return len(text) <= 2048 and _URL.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Input:
    """What an import follows from: equal inputs make equal places. Raises ValueError.

    `geofence` is the region, or the four bounds, as a line; the digests are SHA-256, hexadecimal.
    """

    source_digest: str
    geofence: str
    bounds: Bounds
    rules_digest: str

    def __post_init__(self) -> None:
        if not self.geofence.strip() or len(self.geofence) > 128:
            raise ValueError("a geofence has 1 to 128 characters, not only spaces")
        if not (_SHA_256.fullmatch(self.source_digest) and _SHA_256.fullmatch(self.rules_digest)):
            raise ValueError("a digest is SHA-256 in hexadecimal, lower case")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many elements have tags, how many are places, and what became of those. Raises ValueError."""

    read: int
    kept: int
    inserted: int
    updated: int
    unchanged: int
    retired: int

    def __post_init__(self) -> None:
        if min(self.inserted, self.updated, self.unchanged, self.retired) < 0:
            raise ValueError("a count is 0 or more")
        if self.kept != self.inserted + self.updated + self.unchanged or self.read < self.kept:
            raise ValueError("what is kept was read, and is new, changed or as it was")


@dataclass(frozen=True, slots=True)
class IngestRun:
    """The last import of an input that changed something. Raises ValueError."""

    id: UUID
    input: Input
    source_url: str
    counts: Counts
    imported_at: datetime

    def __post_init__(self) -> None:
        if not is_source_url(self.source_url):
            raise ValueError("a source is a URL of http or https, of at most 2048 characters")


@dataclass(frozen=True, slots=True)
class Provenance:
    """A job that changed places: where what it brought came from, for which bounds, and when."""

    id: UUID
    job_id: UUID
    source_url: str
    bounds: Bounds
    imported_at: datetime

    def __post_init__(self) -> None:
        if not is_source_url(self.source_url):
            raise ValueError("a source is a URL of http or https, of at most 2048 characters")


PROVENANCE: Listing[Provenance] = Listing(
    "provenance", (MOMENT, IDENTITY), lambda record: (record.imported_at, record.id), descending=True
)
"""All records, the newest first."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an import did. `repeated`: nothing, for it was done before and all is as it left it.

    `interests` counts weights that were written or removed, `outside` places beyond the fence, `skipped`
    those without a known position; `categories` says how many of each were kept.
    """

    run: IngestRun
    interests: int
    outside: int
    skipped: int
    categories: Mapping[str, int]
    dry_run: bool = False
    repeated: bool = False
