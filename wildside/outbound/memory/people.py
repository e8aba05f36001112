"""What is kept of people, a dict a table."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from wildside.domain.calls import Answer
from wildside.domain.errors import Unauthorized
from wildside.domain.example_people import ExampleSet
from wildside.domain.sessions import Session
from wildside.domain.users import User


@dataclass(slots=True)
class People:
    """Everything that belongs to users. Erasing one takes all of it along."""

    users: dict[UUID, User] = field(default_factory=dict)
    sessions: dict[UUID, Session] = field(default_factory=dict)
    answers: dict[tuple[UUID, str, UUID], tuple[bytes, Answer, datetime, datetime]] = field(
        default_factory=dict
    )
    example_sets: dict[str, ExampleSet] = field(default_factory=dict)
    example_names: dict[str, UUID] = field(default_factory=dict)

    def must_have(self, user_id: UUID) -> None:
        """Raise Unauthorized where there is no such user, as a foreign key does."""
        if user_id not in self.users:
            raise Unauthorized("This account is no longer there.")
