"""What is asked of whoever hashes passwords."""

from collections.abc import Set
from typing import Protocol

from wildside.domain.passwords import Checked


class Passwords(Protocol):
    """Hashes passwords, slowly; a password is one in NFKC."""

    @property
    def common(self) -> Set[str]:
        """Passwords that many people have, in the spelling of domain.passwords.bare."""
        ...

    async def hash(self, password: str) -> str:
        """Return the hash of a password, under a salt of its own. Raises Overloaded."""
        ...

    async def check(self, password: str, known: str | None) -> Checked:
        """Compare a password with a hash; with None it takes as long, and does not match.

        Raises Overloaded, at once, where more wait than can be done in time.
        """
        ...
