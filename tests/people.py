"""People of a test, signed in without a login."""

import atexit
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from wildside.inbound.http.cookies import CookieRules, Cookies

KEY = b"a key that the tests sign their cookies with, of more than 64 bytes ......."
COOKIES = Cookies([KEY], CookieRules())


@cache
def keys_file() -> str:
    """A file with KEY, for SESSION_KEYS_FILE, as long as this process lives."""
    descriptor, name = tempfile.mkstemp(prefix="wildside-keys-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(KEY)
    atexit.register(Path(name).unlink, missing_ok=True)
    return name


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a session, and the header that proves it to a server that has KEY."""

    id: UUID
    session_id: UUID

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIES.rules.name}={COOKIES.value(self.session_id)}"}


def person(url: str, name: str = "Ada", *roles: str) -> Person:
    """Put somebody into a database, with credentials that no password fits, and a session of an hour."""
    made = Person(uuid4(), uuid4())
    with psycopg.connect(url) as connection:
        connection.execute("insert into users (id, display_name) values (%s, %s)", (made.id, name))
        connection.execute(
            "insert into user_credentials (user_id, username, password_hash) "
            "values (%s, %s, '$argon2id$none')",
            (made.id, f"u{made.id}"),
        )
        for role in roles:
            connection.execute("insert into user_roles (user_id, role) values (%s, %s)", (made.id, role))
        connection.execute(
            "insert into sessions (id, user_id, expires_at) "
            "values (%s, %s, clock_timestamp() + interval '1 h')",
            (made.session_id, made.id),
        )
    return made
