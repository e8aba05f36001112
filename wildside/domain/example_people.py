"""People who are made up, for demonstrations and tests: all of them follows from a name, the seed.

The same seed makes the same people everywhere, and the first ten of twenty are those of ten.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

MOST = 10_000
"""People of one seed."""

DEFAULT_SEED, DEFAULT_USERS = "demo", 12
DEFAULT_PASSWORD = "a-walk-in-the-park"  # noqa: S105 - it stands in the documentation
"""What they log in with where nobody gives another: no secret, so only for demonstrations."""

_SEED = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_START = datetime(2025, 1, 1, tzinfo=UTC)
_STEP = timedelta(minutes=37)

_GIVEN = (
    "Ada", "Amina", "Anouk", "Björn", "Carmen", "Chloë", "Dara", "Elif", "Emeka", "Farid", "Fiona", "Goran",
    "Hana", "Idris", "Ines", "Jonas", "Kaja", "Kwame", "Leila", "Lin", "Mateo", "Maya", "Nils", "Noor",
    "Olga", "Owen", "Pía", "Priya", "Quinn", "Rosa", "Samir", "Søren", "Tala", "Tomás", "Uma", "Vera",
    "Wanda", "Xenia", "Yusuf", "Zoë",
)  # fmt: skip
_FAMILY = (
    "Abbott", "Bakker", "Castillo", "Dubois", "Eriksen", "Ferrari", "Grant", "Haddad", "Ivanova", "Jansen",
    "Kowalska", "Lindqvist", "Marsh", "Novák", "Okafor", "Park", "Quiroga", "Rossi", "Sato", "Tanaka",
    "Ueda", "Vogel", "Weber", "Xu", "Yilmaz", "Zhou", "Brandt", "Cohen", "Demir", "Fischer", "Gupta",
    "Hughes",
)  # fmt: skip
_INITIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

NAMES = len(_GIVEN) * len(_FAMILY) * len(_INITIALS)
"""How many different names there are."""

_STRIDE = 14_737  # a prime, and so a way around all names that meets each once


@dataclass(frozen=True, slots=True)
class ExamplePerson:
    """Somebody who was made up."""

    id: UUID
    username: str
    display_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """What was made of a seed: how many people, and whether the first is an administrator today."""

    users: int
    administrator: bool


def seed_problem(seed: str) -> str | None:
    """Return what is wrong with the name of a seed."""
    if len(seed) <= 32 and _SEED.fullmatch(seed):
        return None
    return "a seed is named by a-z and 0-9, with single hyphens between, and at most 32 of them"


def username_of(seed: str, number: int) -> str:
    """Return what the person of a number, from 1, logs in with."""
    return f"{seed}-{number}"


def example_people(seed: str, users: int) -> Sequence[ExamplePerson]:
    """Return the people of a seed, numbered from 1, in the order of the list of users."""
    first = _dice(seed, "names")
    people = [_person(seed, number, first + number * _STRIDE) for number in range(1, users + 1)]
    return sorted(people, key=lambda person: (person.created_at, person.id))


def _person(seed: str, number: int, name: int) -> ExamplePerson:
    # Every fourth shares the moment of the one before, as people do who are imported together.
    moment = _START + (number - (number % 4 == 0)) * _STEP
    return ExamplePerson(_identity(seed, number, moment), username_of(seed, number), _name(name), moment)


def _identity(seed: str, number: int, moment: datetime) -> UUID:
    """Return a UUID of version 7 (RFC 9562, section 5.7), as all users have, whose chance is the seed."""
    chance = _dice(seed, str(number))
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    high = milliseconds << 16 | 0x7000 | (chance >> 62 & 0xFFF)
    low = 0b10 << 62 | (chance & (1 << 62) - 1)
    return UUID(int=high << 64 | low)


def _name(number: int) -> str:
    number, given = divmod(number % NAMES, len(_GIVEN))
    initial, family = divmod(number, len(_FAMILY))
    return f"{_GIVEN[given]} {_INITIALS[initial]} {_FAMILY[family]}"


def _dice(*what: str) -> int:
    """Return a large number that follows from what is asked, and looks like chance."""
    return int.from_bytes(hashlib.sha256("/".join(what).encode()).digest()[:16])
