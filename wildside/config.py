"""Settings: the one place that knows how a deployment is described."""

import getpass
import os
import re
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from wildside.domain.command_errors import SettingsInvalid

_ORIGIN = re.compile(r"\*|https?://[^/\s?#@*]+")
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """One database in the spellings of its two drivers."""

    asyncpg: str
    yoyo: str

    @classmethod
    def parse(cls, url: str) -> "DatabaseUrl":
        """Accept postgresql://, postgres:// or postgresql+psycopg://.

        Raises SettingsInvalid, which repeats nothing of the URL: it may be the password.
        """
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in _SCHEMES:
            raise SettingsInvalid(["DATABASE_URL must begin with postgresql:// or postgresql+psycopg://"])
        try:
            _ = urlsplit(f"postgresql://{rest}").port
        except ValueError as error:
            hint = (
                "DATABASE_URL is no URL of one host and port; write / ? # @ of a password as %2F %3F %23 %40"
            )
            raise SettingsInvalid([hint]) from error
        return cls(asyncpg=f"postgresql://{rest}", yoyo=f"postgresql+psycopg://{rest}")

    def __str__(self) -> str:
        """Show the URL without its password."""
        parts = urlsplit(self.asyncpg)
        account, at, host = parts.netloc.rpartition("@")
        shown = [item for item in parts.query.split("&") if item and "password" not in item.partition("=")[0]]
        query = "?" + "&".join(shown) if shown else ""
        return f"postgresql://{account.partition(':')[0]}{at}{host}{parts.path}{query}"

    def mask(self, text: str) -> str:
        """Return a text of somebody else's, such as a driver's message, without this URL's passwords."""
        parts = urlsplit(self.asyncpg)
        found = [value for name, value in parse_qsl(parts.query) if "password" in name]
        raw = parts.password or ""
        query = re.findall(r"password=([^&]+)", parts.query)
        for secret in sorted({raw, unquote(raw), *found, *query} - {""}, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. Of what waits within one another the inner gives up first, so that it can say why."""

    lock: float = 0.8
    """PostgreSQL waits for a lock."""
    statement: float = 1.2
    """PostgreSQL works on a statement."""
    command: float = 1.5
    """We wait for PostgreSQL's answer to a statement."""
    request: float = 8.0
    """We work on a request; its body and long polls do not count."""
    drain: float = 10.0
    """Requests in flight may take when the server stops."""
    acquire: float = 0.5
    """We wait for a free connection."""
    body: float = 10.0
    """A request's body must have come."""

    def __post_init__(self) -> None:
        wrong = [f"{name} must be above 0 s" for name, value in asdict(self).items() if not 0 < value < inf]
        ordered = ("lock", "statement", "command", "request", "drain")
        wrong += [
            f"{inner} ({getattr(self, inner)} s) must be shorter than {outer} ({getattr(self, outer)} s)"
            for inner, outer in [*pairwise(ordered), ("acquire", "request")]
            if not getattr(self, inner) < getattr(self, outer)
        ]
        if wrong:
            raise SettingsInvalid([f"timeouts: {problem}" for problem in wrong])

    @classmethod
    def parse(cls, text: str) -> "Timeouts":
        """Read those that are given, as `request=4 drain=6`. Raises SettingsInvalid for all that is wrong."""
        given: dict[str, float] = {}
        wrong: list[str] = []
        known = [field.name for field in fields(cls)]
        for word in text.split():
            name, _, number = word.partition("=")
            if name in known and re.fullmatch(r"\d{1,6}(\.\d{1,6})?", number):
                given[name] = float(number)
            else:
                wrong.append(f"timeouts: {word!r} is not one of {', '.join(known)}, with = and seconds")
        if wrong:
            raise SettingsInvalid(wrong)
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server needs to know."""

    database: DatabaseUrl
    body_limit: int = 256 * 1024
    """Largest request body, in bytes."""
    cors_origins: tuple[str, ...] = ()
    """Web origins whose pages may read the answers, such as https://app.example; * for all."""
    session_keys: tuple[bytes, ...] = ()
    """The key that signs cookies, then those that are still accepted. Without any nobody can log in."""
    session_same_site: Literal["lax", "strict", "none"] = "lax"
    session_cookie_secure: bool = True
    timeouts: Timeouts = Timeouts()

    def __post_init__(self) -> None:
        wrong = [origin for origin in self.cors_origins if not _ORIGIN.fullmatch(origin)]
        if wrong:
            raise SettingsInvalid([f"{origin!r} is no origin, as https://app.example" for origin in wrong])


def sql_folder() -> Path:
    """Return the folder with migrations and reference data: in the wheel, or of the checkout."""
    package = Path(__file__).parent
    packed = package / "sql"
    return packed if packed.is_dir() else package.parent / "sql"


def migrations_folder() -> Path:
    """Return the folder with our migrations."""
    return sql_folder() / "migrations"


def account_name() -> str:
    """Return the name of whoever runs this; in a container a user may have only a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user-{os.getuid()}"
