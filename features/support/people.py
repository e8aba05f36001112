"""People of a scenario: what they log in with, and the session that they have."""

from dataclasses import dataclass, field

import httpx2

PASSWORD = "plum kettle walks nine"
WRONG = "not the one, not the one!"


@dataclass(slots=True)
class Person:
    """Somebody with an account; `headers` prove their session."""

    username: str
    headers: dict[str, str] = field(default_factory=dict)

    def remember(self, answer: httpx2.Response) -> None:
        """Keep the cookie of an answer, as a browser does."""
        self.headers = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
