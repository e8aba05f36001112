"""Identities of what is made: users in the order of time, sessions in none."""

import secrets
import time
from uuid import UUID, uuid4


def new_user_id() -> UUID:
    """Return a UUID of version 7 (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=number)


def new_session_id() -> UUID:
    """Return 122 random bits."""
    return uuid4()
