"""People of a test, signed in without a login, or able to log in."""

import atexit
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from argon2 import PasswordHasher

from wildside.inbound.http.cookies import CookieRules, Cookies
from wildside.outbound.passwords import Cost

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


PASSWORD = "plum kettle walks nine"
CHEAP = Cost(memory=8, time=1)
"""For tests that are not about what a hash costs."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can log in with PASSWORD."""

    id: UUID
    username: str

    @property
    def body(self) -> dict[str, str]:
        return {"username": self.username, "password": PASSWORD}


def account(url: str, username: str = "ada", *roles: str, disabled: bool = False) -> Login:
    """Put somebody with a real password into a database."""
    made = Login(uuid4(), username)
    with psycopg.connect(url) as connection:
        connection.execute("insert into users (id, display_name) values (%s, 'Ada L')", (made.id,))
        connection.execute(
            "insert into user_credentials (user_id, username, password_hash, disabled_at) "
            "values (%s, %s, %s, case when %s then clock_timestamp() end)",
            (made.id, username, _hash(), disabled),
        )
        for role in roles:
            connection.execute("insert into user_roles (user_id, role) values (%s, %s)", (made.id, role))
    return made


@cache
def _hash() -> str:
    cost = Cost()
    return PasswordHasher(cost.time, cost.memory, cost.lanes).hash(PASSWORD)
