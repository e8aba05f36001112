"""Notes: what walkers write down along a route, for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from wildside.domain.errors import Conflict, Fault, InvalidRequest
from wildside.domain.pages import IDENTITY, MOMENT, Listing

LONGEST = 4000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a walker writes down: which note of theirs, along which route, at which place of it if at any.

    Raises InvalidRequest.
    """

    route_id: UUID
    note_id: UUID
    body: str
    poi_id: UUID | None = None

    def __post_init__(self) -> None:
        faults = body_faults(self.body)
        if faults:
            raise InvalidRequest("The request has a note that cannot be kept.", faults)


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is kept. Raises ValueError for what no database of ours can hold."""

    user_id: UUID
    id: UUID
    route_id: UUID
    poi_id: UUID | None
    body: str
    revision: int
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        if body_faults(self.body):
            raise ValueError(f"a note has 1 to {LONGEST} characters, not only spaces")
        if self.revision < 1:
            raise ValueError("revisions are counted from 1")
        if self.updated_at < self.created_at:
            raise ValueError("a note is written first, and changed then")


def body_faults(body: str) -> Sequence[Fault]:
    """Return what is wrong with the text of a note."""
    if not body.strip():
        return [Fault("/body", "blank", "A note has some text, not only spaces.")]
    if len(body) > LONGEST:
        return [Fault("/body", "too_long", f"This may have {LONGEST} characters.")]
    return []


def unknown_place() -> InvalidRequest:
    """Return what to raise where a note is of a place that there is not."""
    detail = "There is no such place."
    return InvalidRequest(detail, [Fault("/poiId", "unknown_key", detail)])


def of_another_route() -> Conflict:
    """Return what to raise where a note is to be written along another route than its own."""
    return Conflict("This note is of another route, where it stays: give a new note an id of its own.")


_NOTES: Listing[Note] = Listing("notes", (MOMENT, IDENTITY), lambda note: (note.created_at, note.id))


def notes_of(route_id: UUID) -> Listing[Note]:
    """Return the list of somebody's notes along a route, in the order of writing."""
    return replace(_NOTES, within=str(route_id))
