"""People who were made up, over dicts."""

from collections.abc import Sequence
from dataclasses import replace

from wildside.domain.errors import ConstraintViolated
from wildside.domain.example_people import ExamplePerson, ExampleSet, username_of
from wildside.domain.users import User
from wildside.outbound.memory.books import Session


class MemoryExampleData:
    """Keeps sets of people who were made up; nobody logs in here, so nothing keeps their password."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self) -> None:
        """Take the place of the one writer."""
        await self._session.claim()

    async def made(self, seed: str) -> ExampleSet | None:
        """Return what was made of a seed."""
        return self._session.books.people.example_sets.get(seed)

    async def add(self, seed: str, people: Sequence[ExamplePerson], password_hash: str) -> None:  # noqa: ARG002
        """Make the people of a seed."""
        kept = (await self._session.claim()).people
        kept.example_sets[seed] = ExampleSet(len(people), administrator=False)
        for person in people:
            if person.id in kept.users:
                raise ConstraintViolated(f"{person.id} is taken", "users_pkey")
            kept.users[person.id] = User(person.id, person.display_name, person.created_at)
            kept.example_names[person.username] = person.id

    async def make_administrator(self, username: str) -> None:
        """Let somebody do what administrators may."""
        kept = (await self._session.claim()).people
        for seed, made in kept.example_sets.items():
            if username == username_of(seed, 1):
                kept.example_sets[seed] = replace(made, administrator=True)
