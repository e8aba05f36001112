"""Users: who they are to others."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

ADMIN = "admin"
"""The role of who lists users, and sees what operators see."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as others see them."""

    id: UUID
    display_name: str
    created_at: datetime
