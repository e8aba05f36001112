"""Passwords under argon2id."""

import asyncio

from argon2 import PasswordHasher


class Argon2Passwords:
    """Hashes passwords. OWASP's Password Storage Cheat Sheet: 19 MiB, twice over, in one lane."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    async def hash(self, password: str) -> str:
        """Return the hash of a password."""
        return await asyncio.to_thread(self._hasher.hash, password)
