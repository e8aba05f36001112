"""How often somebody may try to log in."""

import hashlib
from datetime import timedelta

WINDOW = timedelta(minutes=15)
"""How long an attempt that failed counts."""

PER_ACCOUNT, PER_ADDRESS = 10, 50
"""How many may fail of one name from one address, and of all names from one address."""


def name_hash(username: str) -> bytes:
    """Return what is kept of a name that was tried: it may be a password typed in the wrong place."""
    return hashlib.sha256(username.encode()).digest()
