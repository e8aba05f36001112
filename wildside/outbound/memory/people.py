"""What is kept of people, a dict a table."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from wildside.domain.bundles import REGIONS, Bundle
from wildside.domain.calls import Answer
from wildside.domain.errors import Unauthorized
from wildside.domain.notes import Note
from wildside.domain.passwords import Credentials
from wildside.domain.preferences import INTERESTS, TOGGLES, UNITS, Preferences
from wildside.domain.progress import Progress
from wildside.domain.sessions import Session
from wildside.domain.users import User
from wildside.domain.walks import WalkSession


@dataclass(slots=True)
class People:
    """Everything that belongs to users. Erasing one takes all of it along."""

    users: dict[UUID, User] = field(default_factory=dict)
    credentials: dict[UUID, Credentials] = field(default_factory=dict)
    usernames: dict[UUID, str] = field(default_factory=dict)
    roles: dict[tuple[UUID, str], None] = field(default_factory=dict)
    attempts: dict[int, tuple[bytes, str, datetime]] = field(default_factory=dict)
    sessions: dict[UUID, Session] = field(default_factory=dict)
    preferences: dict[UUID, Preferences] = field(default_factory=dict)
    answers: dict[tuple[UUID, str, UUID], tuple[bytes, Answer, datetime, datetime]] = field(
        default_factory=dict
    )
    notes: dict[tuple[UUID, UUID], Note] = field(default_factory=dict)
    progress: dict[tuple[UUID, UUID], Progress] = field(default_factory=dict)
    bundles: dict[UUID, Bundle] = field(default_factory=dict)
    walks: dict[tuple[UUID, UUID], WalkSession] = field(default_factory=dict)
    example_sets: dict[str, int] = field(default_factory=dict)

    def must_have(self, user_id: UUID) -> None:
        """Raise Unauthorized where there is no such user, as a foreign key does."""
        if user_id not in self.users:
            raise Unauthorized("This account is no longer there.")

    def roles_of(self, user_id: UUID) -> frozenset[str]:
        """Return what a user may besides."""
        return frozenset(role for owner, role in self.roles if owner == user_id)

    def erase(self, user_id: UUID) -> None:
        """Remove a user from every dict: whose key is theirs, begins with theirs, or whose row names them."""
        for table in (getattr(self, each.name) for each in fields(self)):
            for key in [key for key, row in table.items() if _is_of(user_id, key, row)]:
                del table[key]

    def follow(self, table: str, old: str, new: str) -> None:
        """Give a row that users chose its new key, as foreign keys do on update."""

        def named(of: str, key: str) -> str:
            return new if (of, key) == (table, old) else key

        for user_id, found in self.preferences.items():
            self.preferences[user_id] = replace(
                found,
                interest_themes=tuple(named(INTERESTS, key) for key in found.interest_themes),
                safety_toggles=tuple(named(TOGGLES, key) for key in found.safety_toggles),
                unit_system=named(UNITS, found.unit_system),
            )
        for bundle_id, bundle in self.bundles.items():
            if (REGIONS, bundle.manifest.region) == (table, old):
                self.bundles[bundle_id] = replace(bundle, manifest=replace(bundle.manifest, region=new))


def _is_of(user_id: UUID, key: Any, row: Any) -> bool:
    first = key[0] if isinstance(key, tuple) else key
    return user_id in (first, getattr(row, "user_id", None))
