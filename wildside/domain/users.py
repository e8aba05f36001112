"""Users: who they are to others."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wildside.domain.pages import IDENTITY, MOMENT, Listing

ADMIN = "admin"
"""The role of who lists users, and sees what operators see."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as others see them."""

    id: UUID
    display_name: str
    created_at: datetime


USERS: Listing[User] = Listing("users", (MOMENT, IDENTITY), lambda user: (user.created_at, user.id))
"""All users, those who came first first."""
