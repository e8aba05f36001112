"""What is asked of the people who were made up."""

from collections.abc import Sequence
from typing import Protocol

from wildside.domain.example_people import ExamplePerson, ExampleSet


class ExampleDataStore(Protocol):
    """Keeps sets of people who were made up, each set once."""

    async def begin(self) -> None:
        """Wait until nobody else makes any, and keep others waiting until the transaction ends."""
        ...

    async def made(self, seed: str) -> ExampleSet | None:
        """Return what was made of a seed."""
        ...

    async def add(self, seed: str, people: Sequence[ExamplePerson], password_hash: str) -> None:
        """Make the people of a seed, who all log in with the same password.

        Raises ConstraintViolated where a username or an id is taken.
        """
        ...

    async def make_administrator(self, username: str) -> None:
        """Let somebody do what administrators may."""
        ...
