"""People of a scenario: put into its database, and signed in there; and what an administrator has read."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from features.support.databases import execute
from features.support.world import World
from tests.people import Person, person


@dataclass(slots=True)
class Walk:
    """Pages one after another, and who was on them."""

    who: Person
    pages: list[Any] = field(default_factory=list)

    @property
    def names(self) -> list[list[str]]:
        return [[row["displayName"] for row in page["data"]] for page in self.pages]


def sign_in(world: World, name: str, *roles: str) -> Person:
    """Let somebody have come before all others, and be logged in."""
    signed_in = person(world.database_url, name, *roles)
    execute(world.database_url, "update users set created_at = '2024-12-31' where id = %s", signed_in.id)
    return signed_in


def come(world: World, name: str, day: int) -> None:
    """Somebody comes on a day of January 2025; they who come on the same day come at the same moment."""
    statement = "insert into users (id, display_name, created_at) values (%s, %s, %s)"
    execute(world.database_url, statement, uuid4(), name, f"2025-01-{day:02}T12:00:00Z")


def leave(world: World, *names: str) -> None:
    execute(world.database_url, "delete from users where display_name = any (%s)", list(names))
