"""Progress: how far a walker has come along a route."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wildside.domain.errors import Fault, InvalidRequest

MOST = 1000
"""How many stops of a route can be visited."""


@dataclass(frozen=True, slots=True)
class Visits:
    """The stops of a route that a walker has visited, each once, in that order. Raises InvalidRequest."""

    route_id: UUID
    stops: tuple[UUID, ...]

    def __post_init__(self) -> None:
        if len(self.stops) > MOST:
            _refuse([Fault("/visitedStopIds", "too_many", f"This may have {MOST} members.")])
        first: dict[UUID, int] = {}
        for number, stop in enumerate(self.stops):
            first.setdefault(stop, number)
        again = [number for number, stop in enumerate(self.stops) if first[stop] != number]
        _refuse([_fault(number, "repeated", "This stands twice in the list.") for number in again])

    def without(self, strangers: Collection[UUID]) -> "Visits":
        """Return the same. Raises InvalidRequest that lists every stop which is one of these."""
        found = [number for number, stop in enumerate(self.stops) if stop in strangers]
        _refuse([_fault(number, "unknown_key", "This route has no such stop.") for number in found])
        return self


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody has come, under one revision. Raises ValueError."""

    user_id: UUID
    route_id: UUID
    visited_stops: tuple[UUID, ...]
    revision: int
    updated_at: datetime

    def __post_init__(self) -> None:
        if len(self.visited_stops) > MOST or len({*self.visited_stops}) < len(self.visited_stops):
            raise ValueError(f"{MOST} stops are visited at most, each once")
        if self.revision < 1:
            raise ValueError("revisions are counted from 1")


def _fault(number: int, code: str, detail: str) -> Fault:
    return Fault(f"/visitedStopIds/{number}", code, detail)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidRequest("The request has visits that cannot be kept.", faults)
