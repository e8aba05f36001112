"""Settings of the server: read once, and all that is wrong is told at once."""

import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Literal, cast, get_args

from wildside.config import DatabaseUrl
from wildside.domain.command_errors import SettingsInvalid
from wildside.domain.session_keys import KeyRing, parse_ring

_ORIGIN = re.compile(r"\*|https?://[^/\s?#@*]+")
_BIND = re.compile(r"([a-zA-Z0-9.-]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")
_LAST_PORT = 65535
_LARGEST_KEY_FILE = 64 * 1024
_BY_OTHERS = 0o077

SameSite = Literal["lax", "strict", "none"]
Mode = Literal["production", "development"]


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
    direct: DatabaseUrl | None = None
    """The same database without the pooler that `database` leads to; None: there is no pooler."""
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
    timeouts: Timeouts = Timeouts()
    metrics_bind: tuple[str, int] | None = None
    """Host and port that answer with the metrics; None: nobody does."""

    def __post_init__(self) -> None:
        if wrong := _wrong_origins(self.cors_origins):
            raise SettingsInvalid(wrong)


@dataclass(frozen=True, slots=True)
class Spelled:
    """What `wildside serve` is told, as it is spelled in the environment; empty is the default."""

    database_url: str = ""
    direct_url: str = ""
    cors_origins: str = ""
    proxy_hops: str = ""
    mode: str = ""
    keys_file: str = ""
    same_site: str = ""
    cookie_secure: str = ""
    allow_ephemeral: str = ""
    timeouts: str = ""
    metrics_bind: str = ""


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

    def bind(self, text: str) -> tuple[str, int] | None:
        """Return where the metrics are to be had."""
        found = _BIND.fullmatch(text)
        if text and (found is None or int(found[2]) > _LAST_PORT):
            self.problems.append(
                f"WILDSIDE_METRICS_BIND is host:port, as 127.0.0.1:9464 or [::1]:9464, and not {text!r}"
            )
            return None
        return (found[1].strip("[]"), int(found[2])) if found else None

    def timeouts(self, text: str) -> Timeouts:
        """Return how long things may take."""
        try:
            return Timeouts.parse(text)
        except SettingsInvalid as error:
            self.problems += error.problems
            return Timeouts()

    def database(self, url: str) -> DatabaseUrl:
        """Return the database, or one in its place that nobody will ask."""
        try:
            if not url:
                raise SettingsInvalid(["DATABASE_URL is not set"])
            return DatabaseUrl.parse(url)
        except SettingsInvalid as error:
            self.problems += error.problems
            return DatabaseUrl("", "")

    def direct(self, url: str) -> DatabaseUrl | None:
        """Return the way around a pooler, where there is one."""
        try:
            return DatabaseUrl.parse(url, "DATABASE_DIRECT_URL") if url else None
        except SettingsInvalid as error:
            self.problems += error.problems
            return None

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
            return ()
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
    settings, problems, warnings = try_settings(spelled, new_key)
    if settings is None:
        raise SettingsInvalid(problems)
    return settings, warnings


def try_settings(
    spelled: Spelled, new_key: Callable[[], bytes]
) -> tuple[Settings | None, list[str], list[str]]:
    """Return the settings, or None, everything that is wrong with them, and warnings."""
    read = _Reader()
    database, origins = read.database(spelled.database_url), tuple(spelled.cors_origins.split())
    direct = read.direct(spelled.direct_url)
    read.problems += _wrong_origins(origins)
    production = read.one_of("WILDSIDE_MODE", spelled.mode, get_args(Mode)) == "production"
    same_site, secure = read.cookie(spelled, production)
    keys, hops = read.keys(spelled, production), read.hops(spelled.proxy_hops)
    timeouts, metrics_bind = read.timeouts(spelled.timeouts), read.bind(spelled.metrics_bind)
    if read.problems:
        return None, read.problems, read.warnings
    settings = Settings(
        database,
        direct,
        cors_origins=origins,
        session_keys=keys or (new_key(),),
        session_same_site=same_site,
        session_cookie_secure=secure,
        proxy_hops=hops,
        timeouts=timeouts,
        metrics_bind=metrics_bind,
    )
    return settings, [], read.warnings


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
