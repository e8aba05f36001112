"""Users: who they are to others, and the names by which they log in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wildside.domain.pages import IDENTITY, MOMENT, Listing

ADMIN = "admin"
"""The role of who lists users, and sees what operators see."""

ROLES = (ADMIN,)
"""What a user may be besides a user."""

# The same characters, in the same words, as the check users_display_name_is_plain of the schema.
_DISPLAY_NAME = re.compile(
    r"[A-Za-z0-9_ \u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02AF\u0370-\u0373\u0376\u0377\u037B-\u037D\u037F"
    r"\u0386\u0388-\u03FF\u0400-\u0481\u048A-\u052F\u0531-\u0556\u0561-\u0587\u05D0-\u05EA\u0620-\u0652"
    r"\u066E-\u06D3\u0900-\u0963\u0966-\u097F\u0E01-\u0E3A\u0E40-\u0E4E\u1E00-\u1FFC\u3041-\u3096"
    r"\u30A1-\u30FA\u30FC\u4E00-\u9FFF\uAC00-\uD7A3]*"
)
_USERNAME = re.compile(r"[a-z0-9][a-z0-9_.@+-]*")


@dataclass(frozen=True, slots=True)
class User:
    """A user as others see them."""

    id: UUID
    display_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A user as operators see them: what they log in with, what they may, and since when they may not."""

    user: User
    username: str
    roles: frozenset[str]
    disabled_at: datetime | None


def display_name_problems(name: str) -> Sequence[str]:
    """Return all that is wrong with a display name: 3 to 32 letters, digits, spaces and underscores."""
    problems = []
    if not 3 <= len(name) <= 32:
        problems.append("a display name has 3 to 32 characters")
    if not _DISPLAY_NAME.fullmatch(name):
        problems.append("a display name has letters, digits, spaces and underscores")
    if name and not name.strip(" "):
        problems.append("a display name is not blank")
    return problems


def folded(username: str) -> str:
    """Return a username as it is kept: ASCII in lower case.

    Other letters stay as they are, and so are no part of a username: some would fold to ASCII,
    as the Kelvin sign does, and let somebody in under a name that is not theirs.
    """
    return username.lower() if username.isascii() else username


def username_problems(username: str) -> Sequence[str]:
    """Return all that is wrong with a folded username: 3 to 64 of a-z 0-9 _ . @ + -."""
    problems = []
    if not 3 <= len(username) <= 64:
        problems.append("a username has 3 to 64 characters")
    if username and not _USERNAME.fullmatch(username):
        problems.append("a username has a-z 0-9 _ . @ + -, and begins with a letter or digit")
    return problems


USERS: Listing[User] = Listing("users", (MOMENT, IDENTITY), lambda user: (user.created_at, user.id))
"""All users, those who came first first."""
