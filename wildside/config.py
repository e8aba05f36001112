"""Settings: the one place that knows how a deployment is described."""

import getpass
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from wildside.domain.errors import SettingsInvalid

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """One database in the spellings of its two drivers."""

    asyncpg: str
    yoyo: str

    @classmethod
    def parse(cls, url: str) -> "DatabaseUrl":
        """Accept postgresql://, postgres:// or postgresql+psycopg://. Raises SettingsInvalid."""
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in _SCHEMES:
            wanted = "postgresql:// or postgresql+psycopg://"
            raise SettingsInvalid([f"DATABASE_URL must begin with {wanted}, not {scheme!r}"])
        return cls(asyncpg=f"postgresql://{rest}", yoyo=f"postgresql+psycopg://{rest}")

    def __str__(self) -> str:
        """Show the URL without its password."""
        parts = urlsplit(self.asyncpg)
        account, at, host = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=account.partition(":")[0] + at + host))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server needs to know."""

    database: DatabaseUrl
    body_limit: int = 256 * 1024
    """Largest request body, in bytes."""


def sql_folder() -> Path:
    """Return the folder with migrations and reference data: in the wheel, or of the checkout."""
    package = Path(__file__).parent
    packed = package / "sql"
    return packed if packed.is_dir() else package.parent / "sql"


def account_name() -> str:
    """Return the name of whoever runs this; in a container a user may have only a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user-{os.getuid()}"
