"""Credentials over dicts."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from wildside.domain.command_errors import UsernameTaken
from wildside.domain.errors import Unauthorized
from wildside.domain.passwords import Credentials
from wildside.outbound.memory.books import Session


class MemoryCredentials:
    """Keeps usernames and hashes of passwords."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, user_id: UUID, username: str, password_hash: str) -> None:
        """Let a user log in."""
        people = (await self._session.claim()).people
        if username in people.usernames.values():
            raise UsernameTaken("this username is taken")
        people.must_have(user_id)
        people.usernames[user_id] = username
        people.credentials[user_id] = Credentials(user_id, password_hash, self._session.shelf.now(), None)

    async def find(self, username: str) -> Credentials | None:
        """Return what a password is checked against."""
        people = self._session.books.people
        owner = next((owner for owner, name in people.usernames.items() if name == username), None)
        return people.credentials[owner] if owner else None

    async def hold(self, user_id: UUID, changed_at: datetime) -> bool:
        """Return whether the password is that of `changed_at` still, and the account not disabled."""
        found = (await self._session.claim()).people.credentials.get(user_id)
        return found is not None and found.changed_at == changed_at and found.disabled_at is None

    async def renew(self, user_id: UUID, password_hash: str) -> None:
        """Keep another hash of the same password."""
        known = (await self._session.claim()).people.credentials
        if user_id in known:
            known[user_id] = replace(known[user_id], password_hash=password_hash)

    async def set_password(self, user_id: UUID, password_hash: str) -> None:
        """Keep the hash of another password."""
        known, now = (await self._session.claim()).people.credentials, self._session.shelf.now()
        if user_id not in known:
            raise Unauthorized("This account is no longer there.")
        known[user_id] = replace(known[user_id], password_hash=password_hash, changed_at=now)

    async def switch(self, user_id: UUID, *, disabled: bool) -> bool:
        """Disable or enable an account."""
        known, now = (await self._session.claim()).people.credentials, self._session.shelf.now()
        found = known.get(user_id)
        if found is None or (found.disabled_at is not None) is disabled:
            return False
        known[user_id] = replace(found, disabled_at=now if disabled else None)
        return True
