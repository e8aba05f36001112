"""What is asked of whoever hashes passwords."""

from typing import Protocol


class Passwords(Protocol):
    """Hashes passwords, slowly."""

    async def hash(self, password: str) -> str:
        """Return the hash of a password, under a salt of its own."""
        ...
