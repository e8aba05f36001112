"""Values of JSON and of parameters, read strictly.

What reads raises ValueError of two things: a code, and what is told to people.
"""

import re
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from uuid import UUID

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# RFC 3339, section 5.6, with a capital T and Z. Of a fraction nine digits are read and six are kept.
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


def identity(value: Any) -> UUID:
    """Read a UUID in its usual form."""
    if isinstance(value, str) and _UUID.fullmatch(value):
        return UUID(value)
    raise ValueError("invalid_id", "This is a UUID, as 0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11.")


def moment(value: Any, earliest: int = 1) -> datetime:
    """Read a moment (RFC 3339) of some year or later, and return it in UTC."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found:
        date, fraction, zone = found.groups()
        try:
            spelled = f"{date}.{(fraction or '0')[:6]:0<6}{zone.replace('Z', '+00:00')}"
            at = datetime.fromisoformat(spelled).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        else:
            if at.year >= earliest:
                return at
            raise ValueError("invalid_timestamp", f"This is of the year {earliest} or later.")
    raise ValueError("invalid_timestamp", "This is a moment of RFC 3339, such as 2026-05-01T10:30:00Z.")


def whole(value: Any, smallest: int, largest: int) -> int:
    """Read a whole number, both ends included; 1.0 is one too (JSON Schema 2020-12, section 4.2.3)."""
    is_whole = value.is_integer() if type(value) is float else type(value) is int
    if is_whole and smallest <= value <= largest:
        return int(value)
    raise ValueError("invalid_number", f"This is a whole number from {smallest} to {largest}.")


def number(value: Any, smallest: float, largest: float) -> float:
    """Read a number, both ends included."""
    if type(value) in {int, float} and isfinite(value) and smallest <= value <= largest:
        return float(value)
    raise ValueError("invalid_number", f"This is a number from {smallest:g} to {largest:g}.")
