"""What a seed reports when it is done, and what is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wildside.domain.pages import WHOLE, Listing
from wildside.domain.plan import Adopted, TablePlan
from wildside.domain.reference import Key
from wildside.domain.source import Rename

COUNTS = ("inserted", "updated", "unchanged", "deprecated", "renamed", "adopted")


@dataclass(frozen=True, slots=True)
class SeedRun:
    """A seed that committed. `counts` is table → name of a count → rows."""

    started_at: datetime
    finished_at: datetime
    source_digest: str
    actor: str
    counts: Mapping[str, Mapping[str, int]]
    version_from: int
    version_to: int


@dataclass(frozen=True, slots=True)
class PastSeed:
    """A seed that committed, and its number among all of them."""

    id: int
    run: SeedRun


SEEDS: Listing[PastSeed] = Listing("seeds", (WHOLE,), lambda one: (one.id,), descending=True)
"""All seeds that committed, the newest first."""


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What a seed did, or would do in a dry run.

    `repeated` says that the source is that of the last run and nothing has changed since: nothing
    was compared, so nothing is counted, and no run is kept.
    """

    run: SeedRun
    renames: Sequence[Rename]
    deprecations: Mapping[str, Sequence[Key]]
    adopted: Sequence[Adopted]
    dry_run: bool = False
    repeated: bool = False

    def total(self, count: str) -> int:
        """Sum one of COUNTS over all tables."""
        return sum(counts[count] for counts in self.run.counts.values())


def count_rows(plan: TablePlan, renamed: int) -> dict[str, int]:
    """Count what a plan does to its table, under the names of COUNTS."""
    sizes = (
        len(plan.inserts),
        len(plan.updates),
        plan.unchanged,
        len(plan.deprecations),
        renamed,
        len(plan.adopted),
    )
    return dict(zip(COUNTS, sizes, strict=True))
