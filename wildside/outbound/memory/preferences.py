"""Preferences over dicts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from wildside.domain.errors import NoRelease, RetryTransaction, RevisionMismatch
from wildside.domain.preferences import UNITS, Asked, Choices, Meant, Preferences
from wildside.outbound.memory.books import Session


class MemoryPreferences:
    """Keeps what users have chosen."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, user_id: UUID) -> Preferences | None:
        """Return what a user has chosen."""
        return self._session.books.people.preferences.get(user_id)

    async def first_unit_system(self) -> str:
        """Return the unit system of who has chosen none."""
        rows = [row for row in self._session.books.rows[UNITS].values() if row["is_active"]]
        if not rows:
            raise NoRelease("there is no unit system to choose: run wildside seed")
        return str(min((row["sort_order"], row["slug"]) for row in rows)[1])

    async def meanings(self, asked: Sequence[Asked]) -> Sequence[Meant | None]:
        """Return the row that each key means today."""
        return [self._meant(one.table, one.key) for one in asked]

    def _meant(self, table: str, key: str) -> Meant | None:
        books = self._session.books
        for _ in range(101):
            row = books.rows[table].get((key,))
            if row is not None:
                return Meant(row["slug"], row["is_active"])
            if (key,) not in books.aliases[table]:
                return None
            (key,) = books.aliases[table][(key,)]
        return None

    async def hold(self, user_id: UUID) -> int | None:
        """Return the revision that there is, and keep it until the transaction ends."""
        people = (await self._session.claim()).people
        people.must_have(user_id)
        found = people.preferences.get(user_id)
        return found.revision if found else None

    async def save(self, user_id: UUID, choices: Choices, replaced: int | None) -> Preferences:
        """Write choices in place of a revision, or as the first."""
        actual = await self.hold(user_id)
        if actual != replaced:
            raise RevisionMismatch(replaced, actual)
        books = self._session.books
        if any((one.key,) not in books.rows[one.table] for one in choices.asked):
            raise RetryTransaction("a row that was chosen is no longer there")
        made = self._next(user_id, choices)
        books.people.preferences[user_id] = made
        return made

    def _next(self, user_id: UUID, choices: Choices) -> Preferences:
        now, found = self._session.shelf.now(), self._session.books.people.preferences.get(user_id)
        themes, toggles, unit = choices.interest_themes, choices.safety_toggles, choices.unit_system
        if found is None or found.revision is None or found.updated_at is None:
            return Preferences(user_id, themes, toggles or (), unit or "", 1, now)
        return replace(
            found,
            interest_themes=themes,
            safety_toggles=found.safety_toggles if toggles is None else toggles,
            unit_system=unit or found.unit_system,
            revision=found.revision + 1,
            updated_at=max(now, found.updated_at + timedelta(microseconds=1)),
        )
