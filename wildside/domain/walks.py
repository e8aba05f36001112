"""Walks: when somebody walked along which route, with which figures, and what they liked best."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from uuid import UUID

from wildside.domain.errors import Fault, InvalidRequest
from wildside.domain.pages import IDENTITY, MOMENT, Listing

PRIMARY, SECONDARY = ("distance", "duration"), ("energy", "count")
"""Kinds of figures: metres and seconds come first and say all; the others may have a label and a unit."""

MOST = 100
"""How many figures of either sort, and how many places, a walk can have."""
LABEL, UNIT = 64, 16
"""Characters of a label, and of a unit."""
EARLIEST = 1900
"""The first year of a walk. The clock of a device may be wrong: it begins in 1970 or 1904, or runs ahead by
years. What it says is kept, since we know no better; a year before all of these is a mistake of the app."""


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure of a walk. Raises ValueError."""

    kind: str
    value: float
    label: str | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in {*PRIMARY, *SECONDARY}:
            raise ValueError("a figure is a distance, a duration, an energy or a count")
        if not (isfinite(self.value) and self.value >= 0):
            raise ValueError("a figure is finite and not negative")
        if self.kind in PRIMARY and (self.label is not None or self.unit is not None):
            raise ValueError("a distance and a duration have neither label nor unit")
        if line_problem(self.label, LABEL) or line_problem(self.unit, UNIT):
            raise ValueError("a label and a unit are short, and not only spaces")


@dataclass(frozen=True, slots=True)
class Walk:
    """What a device says of a walk. Raises InvalidRequest that lists all that is wrong."""

    id: UUID
    route_id: UUID
    started_at: datetime
    ended_at: datetime | None
    primary: tuple[Stat, ...]
    secondary: tuple[Stat, ...]
    highlights: tuple[UUID, ...]

    def __post_init__(self) -> None:
        faults = [
            *moment_faults("/startedAt", self.started_at),
            *end_faults(self.started_at, self.ended_at),
            *stat_faults("/primaryStats", self.primary, PRIMARY),
            *stat_faults("/secondaryStats", self.secondary, SECONDARY),
            *_place_faults(self.highlights),
        ]
        if faults:
            raise InvalidRequest("The request has a walk that cannot be kept.", faults)


@dataclass(frozen=True, slots=True)
class WalkChanges:
    """What is to change of a walk that has not ended; None leaves it as it is."""

    ended_at: datetime | None = None
    primary: tuple[Stat, ...] | None = None
    secondary: tuple[Stat, ...] | None = None
    highlights: tuple[UUID, ...] | None = None

    def of(self, walk: Walk, faults: Sequence[Fault] = ()) -> Walk:
        """Return the walk as it then is.

        Raises InvalidRequest that lists all that is wrong; `faults` are what was found to be wrong before.
        """
        faults = [*end_faults(walk.started_at, self.ended_at), *faults]
        if faults:
            raise InvalidRequest("The request has changes that cannot be kept.", faults)
        return replace(
            walk,
            ended_at=walk.ended_at if self.ended_at is None else self.ended_at,
            primary=walk.primary if self.primary is None else self.primary,
            secondary=walk.secondary if self.secondary is None else self.secondary,
            highlights=walk.highlights if self.highlights is None else self.highlights,
        )


@dataclass(frozen=True, slots=True)
class WalkSession:
    """A walk as it is stored. Raises ValueError for what no database of ours can hold."""

    user_id: UUID
    walk: Walk
    revision: int
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        if self.revision < 1:
            raise ValueError("revisions are counted from 1")
        if self.updated_at < self.created_at:
            raise ValueError("what was changed was made before")


COMPLETED: Listing[WalkSession] = Listing(
    "completed_walks",
    (MOMENT, IDENTITY),
    lambda session: (session.walk.ended_at, session.walk.id),
    descending=True,
)
"""The walks that a user has ended, the newest end first."""


def moment_faults(where: str, moment: datetime) -> list[Fault]:
    """Return what is wrong with a moment that a device tells."""
    if moment.year >= EARLIEST:
        return []
    return [Fault(where, "invalid_timestamp", f"This is of the year {EARLIEST} or later.")]


def end_faults(started_at: datetime, ended_at: datetime | None) -> list[Fault]:
    """Return what is wrong with the end of a walk; None: it goes on."""
    if ended_at is None or ended_at >= started_at:
        return []
    return [Fault("/endedAt", "before_start", "A walk does not end before it starts.")]


def stat_faults(where: str, stats: Sequence[Stat], kinds: Sequence[str]) -> list[Fault]:
    """Return what is wrong with a list of figures of these kinds, one for each kind and label."""
    faults = [Fault(where, "too_many", f"This may have {MOST} members.")] if len(stats) > MOST else []
    seen: set[tuple[str, str | None]] = set()
    for number, stat in enumerate(stats):
        if stat.kind not in kinds:
            detail = f"This is one of {', '.join(kinds)}."
            faults.append(Fault(f"{where}/{number}/kind", "unknown_choice", detail))
        if (stat.kind, stat.label) in seen:
            faults.append(Fault(f"{where}/{number}", "repeated", "There is one figure a kind and label."))
        seen.add((stat.kind, stat.label))
    return faults


def line_problem(text: str | None, longest: int) -> str | None:
    """Return what is wrong with a short text, if anything; None is no text."""
    if text is None or (text.strip() and len(text) <= longest):
        return None
    return f"This has 1 to {longest} characters, not only spaces."


def _place_faults(highlights: Sequence[UUID]) -> list[Fault]:
    where = "/highlightedPoiIds"
    if len(highlights) > MOST:
        return [Fault(where, "too_many", f"This may have {MOST} members.")]
    return [
        Fault(f"{where}/{number}", "repeated", "This stands twice in the list.")
        for number, poi_id in enumerate(highlights)
        if poi_id in highlights[:number]
    ]


def unknown_places(highlights: Sequence[UUID], missing: Set[UUID]) -> list[Fault]:
    """Return a fault for each place that there is not."""
    return [
        Fault(f"/highlightedPoiIds/{number}", "unknown_key", "There is no such place.")
        for number, poi_id in enumerate(highlights)
        if poi_id in missing
    ]
