"""Settings: the one place that knows how a deployment is described."""

import getpass
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from wildside.domain.command_errors import SettingsInvalid
from wildside.domain.session_keys import KeyRing, parse_ring

_ORIGIN = re.compile(r"\*|https?://[^/\s?#@*]+")
_LARGEST_KEY_FILE = 64 * 1024
_BY_OTHERS = 0o077
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


SameSite = Literal["lax", "strict", "none"]
Mode = Literal["production", "development"]


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
class Settings:
    """What the server needs to know."""

    database: DatabaseUrl
    body_limit: int = 256 * 1024
    """Largest request body, in bytes."""
    cors_origins: tuple[str, ...] = ()
    """Web origins whose pages may read the answers, such as https://app.example; * for all."""
    session_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """The key that signs cookies, then those that are still accepted. Without any nobody can log in."""
    session_same_site: SameSite = "lax"
    session_cookie_secure: bool = True
    proxy_hops: int = 0
    """How many proxies of our own stand in front, each adding to X-Forwarded-For whom it heard."""
    body_deadline: float = 10.0
    """Seconds in which a request's body must have come."""

    def __post_init__(self) -> None:
        if wrong := _wrong_origins(self.cors_origins):
            raise SettingsInvalid(wrong)


@dataclass(frozen=True, slots=True)
class Spelled:
    """What `wildside serve` is told, as it is spelled in the environment; empty is the default."""

    database_url: str = ""
    cors_origins: str = ""
    proxy_hops: str = ""
    mode: str = ""
    keys_file: str = ""
    same_site: str = ""
    cookie_secure: str = ""
    allow_ephemeral: str = ""


class _Reader:
    """Reads one setting after the other, and notes what is wrong with each."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def one_of(self, name: str, text: str, allowed: tuple[str, ...]) -> str:
        """Return a setting; the first of what is allowed is the default."""
        if text and text not in allowed:
            self.problems.append(f"{name} is one of {', '.join(allowed)}, and not {text!r}")
            return allowed[0]
        return text or allowed[0]

    def hops(self, text: str) -> int:
        """Return how many proxies are in front."""
        if text and not (text.isascii() and text.isdecimal() and len(text) <= 2):
            self.problems.append(f"WILDSIDE_PROXY_HOPS is a number from 0 to 99, and not {text!r}")
            return 0
        return int(text or 0)

    def database(self, url: str) -> DatabaseUrl:
        """Return the database, or one in its place that nobody will ask."""
        try:
            if not url:
                raise SettingsInvalid(["DATABASE_URL is not set"])
            return DatabaseUrl.parse(url)
        except SettingsInvalid as error:
            self.problems += error.problems
            return DatabaseUrl("", "")

    def cookie(self, spelled: Spelled, production: bool) -> tuple[SameSite, bool]:
        """Return SameSite and Secure of the cookie."""
        same_site = self.one_of("SESSION_SAMESITE", spelled.same_site.lower(), get_args(SameSite))
        secure = self.one_of("SESSION_COOKIE_SECURE", spelled.cookie_secure, ("1", "0")) == "1"
        if same_site == "none" and not secure:
            self.problems.append("SESSION_SAMESITE=none needs SESSION_COOKIE_SECURE=1, or browsers drop it")
        if production and not secure:
            self.warnings.append("SESSION_COOKIE_SECURE=0: the cookie travels over plain http too")
        return cast(SameSite, same_site), secure

    def keys(self, spelled: Spelled, production: bool) -> tuple[bytes, ...]:
        """Return the keys of the file; none where one may be made for this process."""
        ephemeral = self.one_of("SESSION_ALLOW_EPHEMERAL", spelled.allow_ephemeral, ("0", "1")) == "1"
        if production and ephemeral:
            self.problems.append("SESSION_ALLOW_EPHEMERAL=1 is for WILDSIDE_MODE=development only")
        if spelled.keys_file:
            return self._of_file(spelled.keys_file)
        if production or not ephemeral:
            self.problems.append("SESSION_KEYS_FILE is not set; wildside keys new FILE makes one")
        self.warnings.append("the session key is made for this process: sessions end with it")
        return ()

    def _of_file(self, file: str) -> tuple[bytes, ...]:
        try:
            ring, mode = read_key_file(Path(file))
        except SettingsInvalid as error:
            self.problems += [f"SESSION_KEYS_FILE: {problem}" for problem in error.problems]
            return ()
        if mode & _BY_OTHERS:
            self.warnings.append(f"SESSION_KEYS_FILE: others than its owner may use {file}, mode {mode:04o}")
        return ring.keys


def read_settings(spelled: Spelled, new_key: Callable[[], bytes]) -> tuple[Settings, list[str]]:
    """Return the settings, and warnings for the log. `new_key` makes a key that lasts as long as we do.

    Raises SettingsInvalid with everything that is wrong.
    """
    read = _Reader()
    database, origins = read.database(spelled.database_url), tuple(spelled.cors_origins.split())
    read.problems += _wrong_origins(origins)
    production = read.one_of("WILDSIDE_MODE", spelled.mode, get_args(Mode)) == "production"
    same_site, secure = read.cookie(spelled, production)
    keys, hops = read.keys(spelled, production), read.hops(spelled.proxy_hops)
    if read.problems:
        raise SettingsInvalid(read.problems)
    settings = Settings(
        database,
        cors_origins=origins,
        session_keys=keys or (new_key(),),
        session_same_site=same_site,
        session_cookie_secure=secure,
        proxy_hops=hops,
    )
    return settings, read.warnings


def read_key_file(path: Path) -> tuple[KeyRing, int]:
    """Return the keys of a file, and its permissions. Raises SettingsInvalid."""
    try:
        with path.open("rb") as file:
            content, mode = file.read(_LARGEST_KEY_FILE + 1), os.fstat(file.fileno()).st_mode & 0o777
    except (OSError, ValueError) as error:
        raise SettingsInvalid([f"{path}: {getattr(error, 'strerror', None) or error}"]) from error
    if len(content) > _LARGEST_KEY_FILE:
        raise SettingsInvalid([f"{path}: this is no file of keys, it is too large"])
    try:
        return parse_ring(content), mode
    except SettingsInvalid as error:
        raise SettingsInvalid([f"{path}: {problem}" for problem in error.problems]) from error


def _wrong_origins(origins: tuple[str, ...]) -> list[str]:
    wrong = [f"{one!r} is no origin, as https://app.example" for one in origins if not _ORIGIN.fullmatch(one)]
    if "*" in origins and len(origins) > 1:
        wrong.append("WILDSIDE_CORS_ORIGINS is * alone, or names each origin")
    return wrong


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
