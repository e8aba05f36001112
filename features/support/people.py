"""People of a scenario: what they log in with, and the session that they have."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx2

PASSWORD = "plum kettle walks nine"
WRONG = "not the one, not the one!"
KEY = "k" * 64


@dataclass(slots=True)
class Person:
    """Somebody with an account; `headers` prove their session."""

    username: str
    headers: dict[str, str] = field(default_factory=dict)

    def remember(self, answer: httpx2.Response) -> None:
        """Keep the cookie of an answer, as a browser does."""
        self.headers = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def session_settings(place: Path) -> dict[str, str]:
    """The environment in which a server can sign cookies, and send them without TLS."""
    keys = place / "session.keys"
    keys.write_text(f"{KEY}\n")
    return {"SESSION_KEYS_FILE": str(keys), "SESSION_COOKIE_SECURE": "0"}
