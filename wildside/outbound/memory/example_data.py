"""People who were made up, over dicts."""

from collections.abc import Sequence
from uuid import UUID

from wildside.domain.errors import ConstraintViolated
from wildside.domain.example_people import ExamplePerson, ExampleSet, username_of
from wildside.domain.passwords import Credentials
from wildside.domain.users import ADMIN, User
from wildside.outbound.memory.books import Session
from wildside.outbound.memory.people import People


class MemoryExampleData:
    """Keeps sets of people who were made up."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self) -> None:
        """Take the place of the one writer."""
        await self._session.claim()

    async def made(self, seed: str) -> ExampleSet | None:
        """Return what was made of a seed."""
        kept = self._session.books.people
        users = kept.example_sets.get(seed)
        first = _owner(kept, username_of(seed, 1))
        return None if users is None else ExampleSet(users, (first, ADMIN) in kept.roles)

    async def add(self, seed: str, people: Sequence[ExamplePerson], password_hash: str) -> None:
        """Make the people of a seed."""
        kept, now = (await self._session.claim()).people, self._session.shelf.now()
        kept.example_sets[seed] = len(people)
        for person in people:
            if person.id in kept.users:
                raise ConstraintViolated(f"{person.id} is taken", "users_pkey")
            kept.users[person.id] = User(person.id, person.display_name, person.created_at)
            kept.usernames[person.id] = person.username
            kept.credentials[person.id] = Credentials(person.id, password_hash, now, None)

    async def make_administrator(self, username: str) -> None:
        """Let somebody do what administrators may."""
        kept = (await self._session.claim()).people
        if owner := _owner(kept, username):
            kept.roles[owner, ADMIN] = None


def _owner(people: People, username: str) -> UUID | None:
    return next((owner for owner, name in people.usernames.items() if name == username), None)
