"""The session cookie: an id, signed with the first key of a ring and accepted with any key of it."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal
from uuid import UUID

from itsdangerous import Signer
from starlette.responses import Response

from wildside.domain.sessions import LIFETIME

LONGEST = 128
"""Characters of a cookie that is looked at; ours have half as many."""


@dataclass(frozen=True, slots=True)
class CookieRules:
    """How the cookie is sent. `__Host-` keeps sibling hosts from setting it (RFC 6265bis, section 4.1.3)."""

    same_site: Literal["lax", "strict", "none"] = "lax"
    secure: bool = True

    @property
    def name(self) -> str:
        """The name of the cookie."""
        return "__Host-session" if self.secure else "session"


class Cookies:
    """Writes and reads the cookie. `keys`: the one that signs first, then those that are still accepted."""

    def __init__(self, keys: Sequence[bytes], rules: CookieRules) -> None:
        self.rules = rules
        self._signers = [
            Signer(key, salt=b"wildside session", digest_method=hashlib.sha256, key_derivation="hmac")
            for key in keys
        ]

    def value(self, session_id: UUID) -> str:
        """Return what the cookie of a session holds."""
        return self._signers[0].sign(_encoded(session_id)).decode()

    def session_id(self, value: str) -> UUID | None:
        """Return the session that a cookie names, or None where it is not, byte for byte, one of ours."""
        if len(value) > LONGEST or not value.isascii():
            return None
        raw = value.encode()
        named = raw.rpartition(b".")[0]
        # Signed anew and compared: base64 has several spellings of the same bytes, and we write one of them.
        if not any(compare_digest(signer.sign(named), raw) for signer in self._signers):
            return None
        try:
            return UUID(bytes=base64.urlsafe_b64decode(named + b"=="))
        except (binascii.Error, ValueError):
            return None

    def set(self, response: Response, session_id: UUID) -> None:
        """Send the cookie of a session."""
        self._send(response, self.value(session_id), int(LIFETIME.total_seconds()))

    def clear(self, response: Response) -> None:
        """Have the client forget its cookie."""
        self._send(response, "", 0)

    def _send(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self.rules.name,
            value,
            max_age=seconds,
            path="/",
            secure=self.rules.secure,
            httponly=True,
            samesite=self.rules.same_site,
        )


def _encoded(session_id: UUID) -> bytes:
    return base64.urlsafe_b64encode(session_id.bytes).rstrip(b"=")
