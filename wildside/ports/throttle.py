"""What is asked of the attempts to log in."""

from typing import Protocol


class ThrottleStore(Protocol):
    """Counts attempts, by the clock of the store. One that is not taken out has failed."""

    async def attempt(self, username: str, address: str) -> int:
        """Note an attempt and return its number; who else comes from there waits for this transaction.

        `address` is an IPv4 address, or a network as 2001:db8::/64. Raises RateLimited, and notes
        nothing, where too many failed of late, of this name or of any.
        """
        ...

    async def take_out(self, attempt: int) -> None:
        """Forget an attempt: it succeeded, or no password was looked at."""
        ...

    async def forget(self, username: str) -> None:
        """Forget all attempts with a name."""
        ...
