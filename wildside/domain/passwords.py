"""Passwords: how long they are, how they are spelled, and which are too easily guessed."""

import re
import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SHORTEST, LONGEST = 15, 256
"""Characters of a password, after NFKC. NIST SP 800-63B-4, section 3.1.1.2, has the first."""

_UNIT = 8
"""Characters of what may not be all there is, over and over; and that must be left beside the username."""

_ROWS = (
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "12345678901234567890",
    "01234567890123456789",
)
_WORDS = (
    "password", "passwort", "passphrase", "admin", "administrator", "welcome", "letmein", "login", "secret",
    "wildside", "changeme", "iloveyou", "sunshine", "princess", "dragon", "monkey", "football", "baseball",
    "superman", "master",
)  # fmt: skip
_FIRST = (*_ROWS, *(row[::-1] for row in _ROWS), *_WORDS)
_DISGUISES = str.maketrans("013457@$!", "oieastasi")
_NOT_WRITTEN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password is the right one, and whether its hash is of parameters of before."""

    matches: bool
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against. It does not print itself whole."""

    user_id: UUID
    password_hash: str
    changed_at: datetime
    disabled_at: datetime | None

    def __repr__(self) -> str:
        return f"Credentials({self.user_id})"


def normalised(password: str) -> str:
    """Return a password in NFKC, so that it is the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def password_problems(password: str, username: str, common: Set[str]) -> Sequence[str]:
    """Return all that is wrong with a new password; no problem repeats anything of it.

    `username` is folded; `common` are passwords that many have, in the spelling of `bare`.
    """
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in password):
        return ["a password has neither U+0000 nor half a surrogate pair"]
    text = normalised(password)
    problems = []
    if not SHORTEST <= len(text) <= LONGEST:
        problems.append(f"a password has {SHORTEST} to {LONGEST} characters; a few words are a good one")
    if _is_common(text, common):
        problems.append("this password is one that many people have")
    if text and _is_repeated(text):
        problems.append("this password is one thing over and over")
    if _is_tried_first(_spoken(text)) or _is_tried_first(bare(text)):
        problems.append("this password is made of what everybody tries first: rows of keys, 123, such words")
    if _is_username(text, username):
        problems.append("this password has little but the username in it")
    return problems


def bare(text: str) -> str:
    """Return what is left of a password without case, punctuation and disguises as p4$$w0rd's."""
    return _spoken(text.translate(_DISGUISES))


def _spoken(text: str) -> str:
    return _NOT_WRITTEN.sub("", text.casefold())


def _is_common(text: str, common: Set[str]) -> bool:
    """Tell whether it is one of them, also with digits and signs before or behind."""
    plain = text.strip("0123456789.,-_!?#* ")
    return not common.isdisjoint({bare(text), bare(plain)})


def _is_repeated(text: str) -> bool:
    folded = text.casefold()
    return any(
        all(folded[at] == folded[at % unit] for at in range(unit, len(folded)))
        for unit in range(1, min(_UNIT, len(folded) - 1) + 1)
    )


def _is_tried_first(text: str) -> bool:
    """Tell whether it is made of few pieces of those; each is as long as it can be, and four is long."""
    pieces, at = 0, 0
    while at < len(text):
        at += _piece(text, at)
        pieces += 1
    return bool(text) and pieces <= len(text) // 4


def _piece(text: str, at: int) -> int:
    length = 1
    while at + length < len(text) and any(text[at : at + length + 1] in known for known in _FIRST):
        length += 1
    return length


def _is_username(text: str, username: str) -> bool:
    """Tell whether little is left without it; what separates words counts on neither side."""
    name, said = _spoken(username), _spoken(text)
    return len(name) >= 3 and name in said and len(said.replace(name, "")) < _UNIT
