"""Preferences: what a user has chosen of the reference data, under one revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wildside.domain.errors import Fault, InvalidRequest

MOST = 100
"""How many interest themes, and how many safety toggles, a user can choose."""

INTERESTS, TOGGLES, UNITS = "interest_themes", "safety_toggles", "unit_systems"
"""The reference tables that are chosen from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A key of reference data in a request: of which table, and where in the body it stands."""

    table: str
    key: str
    where: str


@dataclass(frozen=True, slots=True)
class Meant:
    """The row that a key means today: its key now, and whether it is still to be chosen."""

    key: str
    active: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user chooses, lists in their order; None leaves it as it is.

    Raises InvalidRequest for lists that are too long or name something twice.
    """

    interest_themes: tuple[str, ...]
    safety_toggles: tuple[str, ...] | None = None
    unit_system: str | None = None

    def __post_init__(self) -> None:
        many = [
            *_too_many("/interestThemeIds", self.interest_themes),
            *_too_many("/safetyToggleIds", self.safety_toggles or ()),
        ]
        _refuse([*many, *_repeated(self.asked)])

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every key of it."""
        units = () if self.unit_system is None else (self.unit_system,)
        return (
            *_listed(INTERESTS, self.interest_themes, "/interestThemeIds"),
            *_listed(TOGGLES, self.safety_toggles or (), "/safetyToggleIds"),
            *(Asked(UNITS, key, "/unitSystem") for key in units),
        )

    def by_name_of_today(self, found: Sequence[Meant | None]) -> "Choices":
        """Return the same with the keys of today; `found` is what each key of `asked` means.

        Raises InvalidRequest that lists every key which is unknown, which can no longer be chosen,
        or which means what another one means.
        """
        pairs = list(zip(self.asked, found, strict=True))
        today = [Asked(asked.table, meant.key, asked.where) for asked, meant in pairs if meant]
        faults = [fault for asked, meant in pairs for fault in unfit(asked, meant)]
        _refuse(sorted([*faults, *_repeated(today)], key=lambda one: _place(self.asked, one)))
        keys: dict[str, list[str]] = {INTERESTS: [], TOGGLES: [], UNITS: []}
        for one in today:
            keys[one.table].append(one.key)
        toggles = None if self.safety_toggles is None else tuple(keys[TOGGLES])
        return Choices(tuple(keys[INTERESTS]), toggles, *keys[UNITS])


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a user has chosen. `revision` and `updated_at` are None of somebody who never chose.

    Raises ValueError for what no database of ours can hold.
    """

    user_id: UUID
    interest_themes: tuple[str, ...]
    safety_toggles: tuple[str, ...]
    unit_system: str
    revision: int | None
    updated_at: datetime | None

    def __post_init__(self) -> None:
        if self.revision is not None and self.revision < 1:
            raise ValueError("revisions are counted from 1")
        if (self.revision is None) is not (self.updated_at is None):
            raise ValueError("what has a revision was changed at some time")


def _listed(table: str, keys: Sequence[str], where: str) -> list[Asked]:
    return [Asked(table, key, f"{where}/{number}") for number, key in enumerate(keys)]


def _too_many(where: str, keys: Sequence[str]) -> list[Fault]:
    return [Fault(where, "too_many", f"This may have {MOST} members.")] if len(keys) > MOST else []


def _repeated(asked: Sequence[Asked]) -> list[Fault]:
    seen: set[tuple[str, str]] = set()
    faults = []
    for one in asked:
        if (one.table, one.key) in seen:
            faults.append(Fault(one.where, "repeated", f"{one.key} stands in the list before."))
        seen.add((one.table, one.key))
    return faults


def unfit(asked: Asked, meant: Meant | None) -> list[Fault]:
    """Return what keeps a key from being chosen: nothing is called so, or it is no longer shown."""
    if meant is None:
        return [Fault(asked.where, "unknown_key", f"There is no such row of {asked.table}.")]
    if not meant.active:
        return [Fault(asked.where, "deprecated_key", f"{meant.key} can no longer be chosen.")]
    return []


def _place(asked: Sequence[Asked], fault: Fault) -> int:
    return next(number for number, one in enumerate(asked) if one.where == fault.where)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidRequest("The request has choices that cannot be kept.", faults)
